// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Tessera",
  products: [.executable(name: "tessera", targets: ["tessera"])],
  dependencies: [
    // The subcommands, options and their help: a solved problem with conventions users know.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // The language: lexer, parser, compiler, virtual machine. Knows nothing of tensors.
    .target(name: "TesseraScript"),
    // The engine: tensors, ops, gradients, ledger, checkpointing, backends. Knows nothing of the language.
    .target(name: "TesseraTensor", dependencies: ["CKernels"]),
    // The Vulkan backend: memory, batches, pipelines, and a shader for each kernel family.
    .target(
      name: "TesseraVulkan", dependencies: ["TesseraTensor", "CKernels", "CVulkan"], exclude: ["Shaders"]),
    // Layers, SwinUNETR, losses, optimizers: what a reader could have written with the engine's public API.
    .target(name: "TesseraNet", dependencies: ["TesseraTensor"]),
    // NIfTI, safetensors, npy, transforms, metrics: bytes and arrays, no tensors.
    .target(name: "TesseraData", dependencies: ["CZlib"]),
    // A session: language, engine and outputs together; lessons and their rendering.
    .target(
      name: "TesseraNotebook",
      dependencies: ["TesseraScript", "TesseraTensor", "TesseraVulkan", "TesseraNet", "TesseraData"]),
    // The command: REPL, subcommands. Thin.
    .executableTarget(
      name: "tessera",
      dependencies: [
        "TesseraNotebook", "TesseraVulkan", "CEdit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // CPU kernels with run-time dispatch on the instruction set; oneDNN opened at run time.
    .target(
      name: "CKernels", cSettings: [.define("_GNU_SOURCE")],
      linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("m")]),
    // Vulkan behind plain functions, opened at run time; and the compiled shaders.
    .target(name: "CVulkan", exclude: ["spirv"], linkerSettings: [.linkedLibrary("dl")]),
    // libedit behind a few plain functions: its own interface is variadic.
    .target(name: "CEdit", linkerSettings: [.linkedLibrary("edit")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .testTarget(name: "TesseraScriptTests", dependencies: ["TesseraScript"], exclude: ["Scripts"]),
    .testTarget(
      name: "TesseraTensorTests", dependencies: ["TesseraTensor", "CKernels"], exclude: ["Reference"]),
    // Networks that the tests of several targets train.
    .target(name: "TestNetworks", dependencies: ["TesseraNet"], path: "Tests/TestNetworks"),
    .testTarget(
      name: "TesseraVulkanTests",
      dependencies: ["TesseraVulkan", "TesseraNet", "TesseraData", "CVulkan", "TestNetworks"]),
    .testTarget(name: "TesseraNetTests", dependencies: ["TesseraNet", "TesseraData", "TestNetworks"]),
    .testTarget(name: "TesseraDataTests", dependencies: ["TesseraData"]),
    .testTarget(
      name: "TesseraNotebookTests", dependencies: ["TesseraNotebook"], exclude: ["BindingsScripts"]),
    .testTarget(name: "TesseraCommandTests", dependencies: ["TesseraNotebook"]),
  ],
  swiftLanguageModes: [.v6]
)
