/// The names of SwinUNETR's parameters.
public enum SwinUNETRKeys {
  /// `key` as MONAI names it today.
  ///
  /// Published self-supervised weights carry data parallelism's `module.` prefix and the older names of the
  /// two linear layers of a block's MLP:
  /// ```
  /// normalized("module.swinViT.layers1.0.blocks.0.mlp.fc1.weight")
  ///   == "swinViT.layers1.0.blocks.0.mlp.linear1.weight"
  /// ```
  public static func normalized(_ key: String) -> String {
    var parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    while parts.count > 1, parts[0] == "module" { parts.removeFirst() }
    for index in parts.indices.dropFirst() where parts[index - 1] == "mlp" {
      parts[index] = currentNames[parts[index]] ?? parts[index]
    }
    return parts.joined(separator: ".")
  }

  private static let currentNames = ["fc1": "linear1", "fc2": "linear2"]
}
