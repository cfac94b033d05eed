// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "ddi-rule-checker",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RuleEngine", targets: ["RuleEngine"]),
    .library(name: "Rules", targets: ["Rules"]),
    .library(name: "CheckerReports", targets: ["CheckerReports"]),
    .library(name: "TraceDoctor", targets: ["TraceDoctor"]),
    .library(name: "RuleTesting", targets: ["RuleTesting"]),
    .library(name: "TraceSynthesizer", targets: ["TraceSynthesizer"]),
    .library(name: "FuzzInputs", targets: ["FuzzInputs"]),
    .library(name: "CheckerCommand", targets: ["CheckerCommand"]),
    .executable(name: "checker-cli", targets: ["checker-cli"]),
  ],
  targets: [
    .target(name: "RuleEngine"),
    .target(name: "Rules", dependencies: ["RuleEngine"]),
    .target(name: "CheckerReports", dependencies: ["RuleEngine"]),
    .target(name: "TraceDoctor", dependencies: ["RuleEngine", "CheckerReports"]),
    .target(name: "RuleTesting", dependencies: ["RuleEngine"]),
    .target(name: "TraceSynthesizer", dependencies: ["RuleEngine"]),
    .target(name: "FuzzInputs", dependencies: ["RuleEngine"]),
    .target(
      name: "CheckerCommand",
      dependencies: ["RuleEngine", "CheckerReports", "TraceDoctor", "TraceSynthesizer"]),
    .executableTarget(name: "checker-cli", dependencies: ["CheckerCommand", "Rules"]),
    .testTarget(
      name: "RuleEngineTests",
      dependencies: ["RuleEngine", "Rules", "TraceDoctor", "TraceSynthesizer", "FuzzInputs"]),
    .testTarget(name: "CheckerReportsTests", dependencies: ["CheckerReports", "Rules"]),
    .testTarget(
      name: "RulesTests", dependencies: ["Rules", "CheckerReports", "RuleTesting"]),
    .testTarget(name: "RuleTestingTests", dependencies: ["RuleTesting", "Rules"]),
    .testTarget(name: "TraceSynthesizerTests", dependencies: ["TraceSynthesizer", "Rules"]),
    .testTarget(name: "FuzzInputsTests", dependencies: ["FuzzInputs", "Rules"]),
    .testTarget(
      name: "CheckerCommandTests", dependencies: ["CheckerCommand", "Rules", "TraceSynthesizer"]),
  ],
  swiftLanguageModes: [.v6]
)
