// Batches of commands: a ring of command buffers, each handed to the queue whole.
#include "internal.h"

static cv_batch *batchOf(cv_device *device, uint64_t number) { return &device->batches[number % CV_BATCHES]; }

static int finish(cv_device *device, cv_batch *batch) {
  if (!batch->pending) return CV_SUCCESS;
  VkResult result = device->vkWaitForFences(device->handle, 1, &batch->fence, VK_TRUE, UINT64_MAX);
  if (result < 0) return result;
  batch->pending = false;
  return device->vkResetFences(device->handle, 1, &batch->fence);
}

static int open(cv_device *device) {
  if (device->isOpen) return CV_SUCCESS;
  cv_batch *batch = batchOf(device, device->number);
  int result = finish(device, batch);
  if (result < 0) return result;
  const VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                          .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
  result = device->vkBeginCommandBuffer(batch->commands, &begin);
  device->isOpen = result >= 0;
  // Batches run one after another; what an earlier one wrote must be visible to this one.
  return result < 0 ? result : cv_barrier(device);
}

int cv_dispatch(cv_device *device, const cv_pipeline *pipeline, uint64_t arguments, uint32_t x, uint32_t y,
                uint32_t z) {
  int result = open(device);
  if (result < 0) return result;
  VkCommandBuffer commands = batchOf(device, device->number)->commands;
  device->vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->handle);
  device->vkCmdPushConstants(commands, device->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof arguments, &arguments);
  device->vkCmdDispatch(commands, x, y, z);
  return CV_SUCCESS;
}

int cv_barrier(cv_device *device) {
  int result = open(device);
  if (result < 0) return result;
  const VkPipelineStageFlags stages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
  const VkMemoryBarrier barrier = {.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                   .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
                                   .dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT |
                                                    VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT};
  device->vkCmdPipelineBarrier(batchOf(device, device->number)->commands, stages, stages, 0, 1, &barrier, 0, NULL, 0,
                               NULL);
  return CV_SUCCESS;
}

int cv_copy(cv_device *device, const cv_block *source, uint64_t sourceOffset, const cv_block *target,
            uint64_t targetOffset, uint64_t bytes) {
  int result = open(device);
  if (result < 0) return result;
  const VkBufferCopy region = {.srcOffset = sourceOffset, .dstOffset = targetOffset, .size = bytes};
  device->vkCmdCopyBuffer(batchOf(device, device->number)->commands, source->buffer, target->buffer, 1, &region);
  return CV_SUCCESS;
}

int cv_submit(cv_device *device, uint64_t *ticket) {
  *ticket = device->number;
  if (!device->isOpen) {
    // Nothing was recorded: the last batch is the one to wait for.
    if (device->number > 0) *ticket = device->number - 1;
    return CV_SUCCESS;
  }
  cv_batch *batch = batchOf(device, device->number);
  const VkMemoryBarrier toHost = {.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                  .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
                                  .dstAccessMask = VK_ACCESS_HOST_READ_BIT};
  device->vkCmdPipelineBarrier(batch->commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1,
                               &toHost, 0, NULL, 0, NULL);
  VkResult result = device->vkEndCommandBuffer(batch->commands);
  device->isOpen = false;
  if (result < 0) return result;
  const VkSubmitInfo submit = {
      .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .commandBufferCount = 1, .pCommandBuffers = &batch->commands};
  result = device->vkQueueSubmit(device->queue, 1, &submit, batch->fence);
  if (result < 0) return result;
  batch->pending = true;
  device->number++;
  return CV_SUCCESS;
}

int cv_wait(cv_device *device, uint64_t ticket) {
  // A slot that was used again since has been waited for then.
  if (device->number > ticket + CV_BATCHES) return CV_SUCCESS;
  for (uint64_t n = device->number > CV_BATCHES ? device->number - CV_BATCHES : 0; n <= ticket && n < device->number;
       n++) {
    int result = finish(device, batchOf(device, n));
    if (result < 0) return result;
  }
  return CV_SUCCESS;
}
