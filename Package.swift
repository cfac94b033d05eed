// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "ddi-rule-checker",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RuleEngine", targets: ["RuleEngine"]),
    .library(name: "Rules", targets: ["Rules"]),
    .library(name: "RuleTesting", targets: ["RuleTesting"]),
    .library(name: "TraceSynthesizer", targets: ["TraceSynthesizer"]),
    .library(name: "CheckerCommand", targets: ["CheckerCommand"]),
    .executable(name: "checker-cli", targets: ["checker-cli"]),
  ],
  targets: [
    .target(name: "RuleEngine"),
    .target(name: "Rules", dependencies: ["RuleEngine"]),
    .target(name: "RuleTesting", dependencies: ["RuleEngine"]),
    .target(name: "TraceSynthesizer", dependencies: ["RuleEngine"]),
    .target(name: "CheckerCommand", dependencies: ["RuleEngine", "TraceSynthesizer"]),
    .executableTarget(name: "checker-cli", dependencies: ["CheckerCommand", "Rules"]),
    .testTarget(
      name: "RuleEngineTests", dependencies: ["RuleEngine", "Rules", "TraceSynthesizer"]),
    .testTarget(
      name: "RulesTests", dependencies: ["RuleEngine", "Rules", "RuleTesting", "TraceSynthesizer"]),
    .testTarget(
      name: "TraceSynthesizerTests", dependencies: ["RuleEngine", "Rules", "TraceSynthesizer"]),
    .testTarget(
      name: "CheckerCommandTests",
      dependencies: ["CheckerCommand", "RuleEngine", "Rules", "TraceSynthesizer"]),
  ],
  swiftLanguageModes: [.v6]
)
