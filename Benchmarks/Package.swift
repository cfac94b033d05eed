// swift-tools-version: 6.2

import PackageDescription

// Measurements, for those who change the checker. A package of its own, so that the checker itself
// depends on nothing. See docs/performance.md.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "ddi-rule-checker", path: ".."),
    // Without its traits: counting allocations by interposition wants libraries that not every system
    // has. Allocations are counted by .ci/checks.d/60-allocations.sh.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Parts",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "RuleEngine", package: "ddi-rule-checker"),
        .product(name: "Rules", package: "ddi-rule-checker"),
        .product(name: "TraceSynthesizer", package: "ddi-rule-checker"),
      ],
      path: "Benchmarks/Parts",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "scaling",
      dependencies: [
        .product(name: "RuleEngine", package: "ddi-rule-checker"),
        .product(name: "Rules", package: "ddi-rule-checker"),
        .product(name: "TraceSynthesizer", package: "ddi-rule-checker"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
