#version 460
// What Dice and cross entropy need of a prediction and its target, an image and class. MODE:
//   0  Σ p t, Σ p + Σ t (or of their squares) and Σ t log softmax(x) over the positions of a part, which is every
//      `parts`-th one, so that neighbours read neighbours: [sum][image][part][class]
//   1  the gradient for x from those of the sums; it may lie over x
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint MODE = 0;
layout(constant_id = 1) const uint TYPE = FLOAT32;
layout(constant_id = 2) const uint CLASSES = 3;
layout(constant_id = 3) const uint ACTIVATION = 0;
// Whether sizes are sums of squares, and whether there is an entropy.
layout(constant_id = 4) const uint IS_SQUARED = 0;
layout(constant_id = 5) const uint HAS_ENTROPY = 1;

// Numbers of `TesseraActivation`.
const uint SIGMOID = 1, SOFTMAX = 2;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, target;
  // Gradients of the sums, [image][class].
  uint64_t overlaps, sizes, entropies;
  uint64_t y;
  uint images, positions, parts;
  // Elements between positions and between classes.
  int xPosition, xClass, targetPosition, targetClass;
};
layout(push_constant) uniform Push { Arguments arguments; };

#define EACH_CLASS(c) [[unroll]] for (uint c = 0; c < CLASSES; c++)

// One position's values; `probability` is behind Dice's activation, `share` of the softmax.
float x[CLASSES], target[CLASSES], probability[CLASSES], share[CLASSES];
float logSum = 0.0;

uint xAt(uint image, uint position, uint c) {
  return image * arguments.positions * CLASSES + position * arguments.xPosition + c * arguments.xClass;
}

void takeShares() {
  float largest = x[0], sum = 0.0;
  EACH_CLASS(c) largest = max(largest, x[c]);
  EACH_CLASS(c) {
    share[c] = exact_exp(x[c] - largest);
    sum += share[c];
  }
  logSum = largest + exact_log(sum);
  EACH_CLASS(c) share[c] /= sum;
}

void load(uint image, uint position) {
  uint start = image * arguments.positions * CLASSES + position * arguments.targetPosition;
  EACH_CLASS(c) {
    x[c] = mapAt(arguments.x, xAt(image, position, c));
    target[c] = Floats(arguments.target).at[start + c * arguments.targetClass];
  }
  if (HAS_ENTROPY == 1 || ACTIVATION == SOFTMAX) takeShares();
  EACH_CLASS(c) {
    probability[c] = ACTIVATION == SIGMOID ? exact_sigmoid(x[c]) : ACTIVATION == SOFTMAX ? share[c] : x[c];
  }
}

void addUp(uint image, uint part) {
  vec3 sums[CLASSES];
  EACH_CLASS(c) sums[c] = vec3(0.0);
  for (uint position = part; position < arguments.positions; position += arguments.parts) {
    load(image, position);
    EACH_CLASS(c) {
      float p = probability[c], t = target[c];
      sums[c] += vec3(p * t, IS_SQUARED == 1 ? p * p + t * t : p + t, HAS_ENTROPY == 1 ? t * (x[c] - logSum) : 0.0);
    }
  }
  for (uint i = 0; i < 3; i++) {
    uint row = (i * arguments.images + image) * arguments.parts + part;
    EACH_CLASS(c) Floats(arguments.y).at[row * CLASSES + c] = sums[c][i];
  }
}

// dp = doverlap t + dsizes (1 or 2 p), through the activation; then the entropy's dx = de t - share Σ de t.
void differentiate(uint image, uint position) {
  load(image, position);
  float slopes[CLASSES], weighted = 0.0, entropy = 0.0;
  uint sums = image * CLASSES;
  EACH_CLASS(c) {
    float p = probability[c], overlap = Floats(arguments.overlaps).at[sums + c];
    float size = Floats(arguments.sizes).at[sums + c];
    slopes[c] = overlap * target[c] + size * (IS_SQUARED == 1 ? 2.0 * p : 1.0);
    weighted += slopes[c] * p;
    if (HAS_ENTROPY == 1) entropy += Floats(arguments.entropies).at[sums + c] * target[c];
  }
  EACH_CLASS(c) {
    float p = probability[c], slope = slopes[c];
    if (ACTIVATION == SIGMOID) slope *= p * (1.0 - p);
    if (ACTIVATION == SOFTMAX) slope = p * (slope - weighted);
    if (HAS_ENTROPY == 1) slope += Floats(arguments.entropies).at[sums + c] * target[c] - share[c] * entropy;
    setMap(arguments.y, xAt(image, position, c), slope);
  }
}

void main() {
  uint across = MODE == 0 ? arguments.parts : arguments.positions;
  for (EACH(i, arguments.images * across)) {
    if (MODE == 0) {
      addUp(i / across, i % across);
    } else {
      differentiate(i / across, i % across);
    }
  }
}
