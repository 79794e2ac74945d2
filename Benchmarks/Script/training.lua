local Optimizer = {}
Optimizer.__index = Optimizer
function Optimizer.new(rate, momentum)
    return setmetatable({rate = rate, momentum = momentum, velocity = {0.0, 0.0}, steps = 0}, Optimizer)
end
function Optimizer:step(weights, gradients)
    local velocity = self.velocity
    for i = 1, #weights do
        velocity[i] = self.momentum * velocity[i] + gradients[i]
        weights[i] = weights[i] - self.rate * velocity[i]
    end
    self.steps = self.steps + 1
end
local function loss(weights, batch, scale)
    local total = 0.0
    local gradients = {0.0, 0.0}
    for _, pair in ipairs(batch) do
        local x, y = pair[1], pair[2]
        local difference = weights[1] * x + weights[2] - y
        total = total + difference * difference
        gradients[1] = gradients[1] + 2.0 * difference * x * scale
        gradients[2] = gradients[2] + 2.0 * difference * scale
    end
    return total * scale, gradients
end
local function run(epochs)
    local batches = {}
    for i = 0, 19 do
        local batch = {}
        for j = 0, 15 do batch[#batch + 1] = {0.01 * i + 0.001 * j, 0.03 * i + 0.5} end
        batches[#batches + 1] = batch
    end
    local weights = {0.0, 0.0}
    local optimizer = Optimizer.new(0.05, 0.5)
    local log = {}
    for epoch = 0, epochs - 1 do
        for _, batch in ipairs(batches) do
            local value, gradients = loss(weights, batch, 1 / #batch)
            optimizer:step(weights, gradients)
            log[#log + 1] = string.format("%d: %.4f", epoch, value)
        end
    end
    return #table.concat(log, "\n") + optimizer.steps
end
print(run(250))
