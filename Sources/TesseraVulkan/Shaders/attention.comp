#version 460
// The forward pass: softmax as the sums grow, rescaled where a larger score turns up.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "math.glsl"
#include "attention.glsl"

void attend(int window, Head head, int i) {
  vec4 q[FOURS], sums[FOURS];
  float largest = -INFINITY, total = 0.0;
  for (int c = 0; c < FOURS; c++) {
    q[c] = partOf(head, 0, i, 4 * c) * arguments.scale;
    sums[c] = vec4(0.0);
  }
  for (int j = 0; j < TOKENS; j++) {
    float score = biasOf(head, i, j);
    for (int c = 0; c < FOURS; c++) score += dot(q[c], partOf(head, 1, j, 4 * c));
    if (score > largest) {
      float factor = exact_exp(largest - score);
      total *= factor;
      for (int c = 0; c < FOURS; c++) sums[c] *= factor;
      largest = score;
    }
    float share = exact_exp(score - largest);
    total += share;
    for (int c = 0; c < FOURS; c++) sums[c] += share * partOf(head, 2, j, 4 * c);
  }
  arguments.logSums.at[(window * head.heads + head.number) * TOKENS + i] = largest + exact_log(total);
  if (places[i] < 0) return;
  for (int c = 0; c < FOURS; c++) storeFour(uint64_t(arguments.result), rowOf(head, i) + 4 * c, 4 * c, sums[c] / total);
}

void main() {
  for (uint item = gl_WorkGroupID.x; item < arguments.windows * arguments.heads; item += gl_NumWorkGroups.x) {
    int window = int(item / arguments.heads);
    Head head = headOf(int(item % arguments.heads));
    findTokens(window);
    for (int i = int(gl_LocalInvocationID.x); i < TOKENS; i += 128) attend(window, head, i);
  }
}
