#version 460
// The backward pass in three steps, each of which makes the scores again: with P the probabilities and
// D_i = Σ_c dresult_ic result_ic, the gradient of a score is P (dresult_i · v_j - D_i). STEP: 0 queries, and D for the
// others; 1 keys and values, and sums of the padding's; 2 the table, one row an invocation, in chunks of windows.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "math.glsl"
#include "attention.glsl"
layout(constant_id = 2) const int STEP = 0;

shared float meeting[128];

int statistics(int window, int head, int i) { return (window * int(arguments.heads) + head) * TOKENS + i; }

// Probability of a pair, and the gradient of its score.
vec2 pair(int window, int head, int i, int j) {
  float score = biasOf(head, i, j), product = 0.0;
  for (int c = 0; c < HEAD_SIZE; c++) {
    score += partOf(0, head, i, c) * arguments.scale * partOf(1, head, j, c);
    product += arguments.dresult.at[rowOf(i, head) + c] * partOf(2, head, j, c);
  }
  int at = statistics(window, head, i);
  float probability = exact_exp(score - arguments.logSums.at[at]);
  return vec2(probability, probability * (product - arguments.products.at[at]));
}

int gradientOf(int part, int head, int token) {
  int heads = int(arguments.heads);
  return (places[token] * 3 * heads + part * heads + head) * HEAD_SIZE;
}

// A padded row was cut away: nothing flows into its scores.
void queryRow(int window, int head, int i) {
  if (places[i] < 0) return;
  float product = 0.0, dq[HEAD_SIZE];
  for (int c = 0; c < HEAD_SIZE; c++) {
    dq[c] = 0.0;
    product += arguments.dresult.at[rowOf(i, head) + c] * arguments.result.at[rowOf(i, head) + c];
  }
  arguments.products.at[statistics(window, head, i)] = product;
  for (int j = 0; j < TOKENS; j++) {
    float slope = pair(window, head, i, j).y;
    for (int c = 0; c < HEAD_SIZE; c++) dq[c] += slope * partOf(1, head, j, c);
  }
  for (int c = 0; c < HEAD_SIZE; c++) arguments.dqkv.at[gradientOf(0, head, i) + c] = dq[c] * arguments.scale;
}

// What this invocation's padded tokens add to the gradients of the bias: keys, then values.
float padding[2 * HEAD_SIZE];

// Gradients of one key and value.
void keyRow(int window, int head, int j) {
  float dk[HEAD_SIZE], dv[HEAD_SIZE];
  for (int c = 0; c < HEAD_SIZE; c++) dk[c] = dv[c] = 0.0;
  for (int i = 0; i < TOKENS; i++) {
    if (places[i] < 0) continue;
    vec2 both = pair(window, head, i, j);
    for (int c = 0; c < HEAD_SIZE; c++) {
      dk[c] += both.y * partOf(0, head, i, c) * arguments.scale;
      dv[c] += both.x * arguments.dresult.at[rowOf(i, head) + c];
    }
  }
  for (int c = 0; c < HEAD_SIZE; c++) {
    if (places[j] >= 0) {
      arguments.dqkv.at[gradientOf(1, head, j) + c] = dk[c];
      arguments.dqkv.at[gradientOf(2, head, j) + c] = dv[c];
    } else {
      padding[c] += dk[c];
      padding[HEAD_SIZE + c] += dv[c];
    }
  }
}

// The group's sum, in a fixed order, to every invocation.
float sumOfGroup(float value) {
  uint me = gl_LocalInvocationID.x;
  meeting[me] = value;
  barrier();
  for (uint step = 64; step > 0; step /= 2) {
    if (me < step) meeting[me] += meeting[me + step];
    barrier();
  }
  value = meeting[0];
  barrier();
  return value;
}

void keys(int window, int head) {
  float padded = 0.0;
  for (int c = 0; c < 2 * HEAD_SIZE; c++) padding[c] = 0.0;
  for (int j = int(gl_LocalInvocationID.x); j < TOKENS; j += 128) {
    keyRow(window, head, j);
    if (places[j] < 0) padded = 1.0;
  }
  bool hasPadding = sumOfGroup(padded) > 0.0;
  int start = (window * int(arguments.heads) + head) * 2 * HEAD_SIZE;
  for (int c = 0; c < 2 * HEAD_SIZE; c++) {
    float sum = 0.0;
    if (hasPadding) sum = sumOfGroup(padding[c]);
    if (gl_LocalInvocationID.x == 0) arguments.partials.at[start + c] = sum;
  }
}

// All pairs of tokens whose difference in place is that of a table's row.
float tableSum(int window, int head, ivec3 difference) {
  float sum = 0.0;
  ivec3 size = ivec3(arguments.nominal[0], arguments.nominal[1], arguments.nominal[2]);
  ivec3 begin = max(difference, ivec3(0)), end = min(size, size + difference), a;
  for (a.x = begin.x; a.x < end.x; a.x++) {
    for (a.y = begin.y; a.y < end.y; a.y++) {
      for (a.z = begin.z; a.z < end.z; a.z++) {
        ivec3 b = a - difference;
        int i = (a.x * size.y + a.y) * size.z + a.z, j = (b.x * size.y + b.y) * size.z + b.z;
        if (i < TOKENS && j < TOKENS && places[i] >= 0) sum += pair(window, head, i, j).y;
      }
    }
  }
  return sum;
}

void tableRows(int chunk, int head) {
  ivec3 width = 2 * ivec3(arguments.nominal[0], arguments.nominal[1], arguments.nominal[2]) - 1;
  int rowCount = width.x * width.y * width.z;
  int last = min(int(arguments.windows), (chunk + 1) * int(arguments.chunkWindows));
  for (int window = chunk * int(arguments.chunkWindows); window < last; window++) {
    findTokens(window);
    for (int row = int(gl_LocalInvocationID.x); row < rowCount; row += 128) {
      ivec3 difference = ivec3(row / width.z / width.y, row / width.z % width.y, row % width.z) - width / 2;
      int at = (chunk * rowCount + row) * int(arguments.heads) + head;
      float before = window == chunk * int(arguments.chunkWindows) ? 0.0 : arguments.partials.at[at];
      arguments.partials.at[at] = before + tableSum(window, head, difference);
    }
  }
}

void main() {
  uint count = (STEP == 2 ? arguments.chunks : arguments.windows) * arguments.heads;
  for (uint item = gl_WorkGroupID.x; item < count; item += gl_NumWorkGroups.x) {
    int window = int(item / arguments.heads), head = int(item % arguments.heads);
    if (STEP == 2) {
      tableRows(window, head);
      continue;
    }
    findTokens(window);
    if (STEP == 1) {
      keys(window, head);
    } else {
      for (int i = int(gl_LocalInvocationID.x); i < TOKENS; i += 128) queryRow(window, head, i);
    }
  }
}
