import TesseraTensor

/// An open device with everything that goes when it is lost: memory, commands, pipelines.
final class DeviceConnection {
  let device: OpenDevice
  let memory: DeviceMemory
  let stream: CommandStream
  let pipelines: PipelineCache

  init(_ device: VulkanDevice, of instance: VulkanInstance, cacheFolder: String?) throws {
    let file = PipelineFile(device: device, folder: cacheFolder)
    self.device = try OpenDevice(device, of: instance, cache: file?.read() ?? [])
    memory = DeviceMemory(device: self.device, largestAllocation: device.largestAllocation)
    stream = CommandStream(device: self.device, staging: try StagingMemory(device: self.device))
    // In software a kernel may rightly take minutes, and no card is there to hang.
    if device.kind == .processor { stream.patience = 3600 }
    pipelines = PipelineCache(device: self.device, file: file)
  }
}
