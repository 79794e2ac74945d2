// Batches of commands: a ring of command buffers, each handed to the queue whole.
#include "internal.h"

static cv_batch *batchOf(cv_device *device, uint64_t number) { return &device->batches[number % CV_BATCHES]; }

// The number of a batch's first timestamp.
static uint32_t stampOf(const cv_device *device, const cv_batch *batch) {
  return 2 * (uint32_t)(batch - device->batches);
}

static void addBusyTime(cv_device *device, const cv_batch *batch) {
  uint64_t ticks[2];
  if (!device->stamps || device->vkGetQueryPoolResults(device->handle, device->stamps, stampOf(device, batch), 2,
                                                       sizeof ticks, ticks, sizeof ticks[0],
                                                       VK_QUERY_RESULT_64_BIT) != VK_SUCCESS) {
    return;
  }
  // Counters of fewer than 64 bits start over.
  device->lastBusy = (double)((ticks[1] - ticks[0]) & device->tickMask) * device->nanosecondsPerTick;
  device->busy += device->lastBusy;
}

static int finish(cv_device *device, cv_batch *batch, uint64_t nanoseconds) {
  if (!batch->pending) return CV_SUCCESS;
  VkResult result = device->vkWaitForFences(device->handle, 1, &batch->fence, VK_TRUE, nanoseconds);
  // Time that is up is a positive result.
  if (result != VK_SUCCESS) return result;
  batch->pending = false;
  device->finished++;
  addBusyTime(device, batch);
  return device->vkResetFences(device->handle, 1, &batch->fence);
}

static int open(cv_device *device) {
  if (device->isOpen) return CV_SUCCESS;
  cv_batch *batch = batchOf(device, device->number);
  int result = finish(device, batch, UINT64_MAX);
  if (result < 0) return result;
  const VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                          .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
  result = device->vkBeginCommandBuffer(batch->commands, &begin);
  device->isOpen = result >= 0;
  // Batches run one after another; what an earlier one wrote must be visible to this one.
  if (result >= 0) result = cv_barrier(device);
  if (result >= 0 && device->stamps) {
    device->vkCmdResetQueryPool(batch->commands, device->stamps, stampOf(device, batch), 2);
    // The bottom of the pipe: the time starts when everything before has ended.
    device->vkCmdWriteTimestamp(batch->commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, device->stamps,
                                stampOf(device, batch));
  }
  return result;
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

void cv_label(cv_device *device, const char *text) {
  if (!device->instance->insertLabel || open(device) < 0) return;
  const VkDebugUtilsLabelEXT label = {.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT, .pLabelName = text};
  device->instance->insertLabel(batchOf(device, device->number)->commands, &label);
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
  if (device->stamps) {
    device->vkCmdWriteTimestamp(batch->commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, device->stamps,
                                stampOf(device, batch) + 1);
  }
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

int cv_wait(cv_device *device, uint64_t ticket, uint64_t nanoseconds) {
  // A slot that was used again since has been waited for then.
  if (device->number > ticket + CV_BATCHES) return CV_SUCCESS;
  for (uint64_t n = device->number > CV_BATCHES ? device->number - CV_BATCHES : 0; n <= ticket && n < device->number;
       n++) {
    int result = finish(device, batchOf(device, n), nanoseconds);
    if (result != CV_SUCCESS) return result;
  }
  return CV_SUCCESS;
}

uint64_t cv_finished(const cv_device *device) { return device->finished; }
bool cv_has_stamps(const cv_device *device) { return device->stamps != VK_NULL_HANDLE; }
double cv_busy(const cv_device *device) { return device->busy; }
double cv_last_busy(const cv_device *device) { return device->lastBusy; }
