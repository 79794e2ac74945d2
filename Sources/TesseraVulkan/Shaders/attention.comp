#version 460
// The forward pass: softmax as the sums grow, rescaled where a larger score turns up.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "math.glsl"
#include "attention.glsl"

void attend(int window, int head, int i) {
  float q[HEAD_SIZE], sums[HEAD_SIZE], largest = -INFINITY, total = 0.0;
  for (int c = 0; c < HEAD_SIZE; c++) {
    q[c] = partOf(0, head, i, c) * arguments.scale;
    sums[c] = 0.0;
  }
  for (int j = 0; j < TOKENS; j++) {
    float score = biasOf(head, i, j);
    for (int c = 0; c < HEAD_SIZE; c++) score += q[c] * partOf(1, head, j, c);
    if (score > largest) {
      float factor = exact_exp(largest - score);
      total *= factor;
      for (int c = 0; c < HEAD_SIZE; c++) sums[c] *= factor;
      largest = score;
    }
    float share = exact_exp(score - largest);
    total += share;
    for (int c = 0; c < HEAD_SIZE; c++) sums[c] += share * partOf(2, head, j, c);
  }
  arguments.logSums.at[(window * int(arguments.heads) + head) * TOKENS + i] = largest + exact_log(total);
  if (places[i] < 0) return;
  for (int c = 0; c < HEAD_SIZE; c++) arguments.result.at[rowOf(i, head) + c] = sums[c] / total;
}

void main() {
  for (uint item = gl_WorkGroupID.x; item < arguments.windows * arguments.heads; item += gl_NumWorkGroups.x) {
    int window = int(item / arguments.heads), head = int(item % arguments.heads);
    findTokens(window);
    for (int i = int(gl_LocalInvocationID.x); i < TOKENS; i += 128) attend(window, head, i);
  }
}
