// swift-tools-version: 6.2

import PackageDescription

// A driver team's own rules, and the checker's whole command line with them in it. In a package of
// your own, name the checker by its URL instead of by its path.
let package = Package(
  name: "CustomRules",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ddi-rule-checker", path: "../..")],
  targets: [
    .target(
      name: "TeamRules",
      dependencies: [.product(name: "RuleEngine", package: "ddi-rule-checker")]),
    .executableTarget(
      name: "team-checker",
      dependencies: [
        "TeamRules",
        .product(name: "CheckerCommand", package: "ddi-rule-checker"),
        .product(name: "Rules", package: "ddi-rule-checker"),
      ]),
    .testTarget(
      name: "TeamRulesTests",
      dependencies: [
        "TeamRules", .product(name: "RuleTesting", package: "ddi-rule-checker"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
