// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "Embedding",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ddi-rule-checker", path: "../..")],
  targets: [
    .executableTarget(
      name: "Embedding",
      dependencies: [
        .product(name: "RuleEngine", package: "ddi-rule-checker"),
        .product(name: "Rules", package: "ddi-rule-checker"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
