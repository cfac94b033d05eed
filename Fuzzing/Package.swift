// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ddi-rule-checker", path: "..")],
  targets: [
    .target(
      name: "FuzzDriver",
      dependencies: [
        .product(name: "RuleEngine", package: "ddi-rule-checker"),
        .product(name: "Rules", package: "ddi-rule-checker"),
        .product(name: "FuzzInputs", package: "ddi-rule-checker"),
      ]),
    .executableTarget(name: "FuzzReaders", dependencies: ["FuzzDriver"]),
    .executableTarget(name: "FuzzBinary", dependencies: ["FuzzDriver"]),
    .executableTarget(name: "FuzzLines", dependencies: ["FuzzDriver"]),
    .executableTarget(name: "FuzzMapping", dependencies: ["FuzzDriver"]),
    .executableTarget(name: "FuzzChecker", dependencies: ["FuzzDriver"]),
    .executableTarget(
      name: "FuzzFiles",
      dependencies: [
        "FuzzDriver", .product(name: "CheckerCommand", package: "ddi-rule-checker"),
      ]),
    .executableTarget(
      name: "Replay",
      dependencies: [.product(name: "RuleEngine", package: "ddi-rule-checker")]),
    .executableTarget(
      name: "MakeSeeds",
      dependencies: [
        .product(name: "CheckerCommand", package: "ddi-rule-checker"),
        .product(name: "RuleEngine", package: "ddi-rule-checker"),
        .product(name: "Rules", package: "ddi-rule-checker"),
        .product(name: "FuzzInputs", package: "ddi-rule-checker"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
