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

int statistics(int window, Head head, int i) { return (window * head.heads + head.number) * TOKENS + i; }

// What a row of scores brings: its query (scaled), the gradient of its result, the logarithm of its sum, and D.
vec4 query[FOURS], slope[FOURS];
float logSum, product;

void loadRow(int window, Head head, int i) {
  for (int c = 0; c < FOURS; c++) {
    query[c] = partOf(head, 0, i, 4 * c) * arguments.scale;
    slope[c] = fourAt(uint64_t(arguments.dresult), rowOf(head, i) + 4 * c, 4 * c);
  }
  logSum = arguments.logSums.at[statistics(window, head, i)];
  product = arguments.products.at[statistics(window, head, i)];
}

// The key and the value of a column.
vec4 key[FOURS], value[FOURS];

void loadColumn(Head head, int j) {
  for (int c = 0; c < FOURS; c++) {
    key[c] = partOf(head, 1, j, 4 * c);
    value[c] = partOf(head, 2, j, 4 * c);
  }
}

// Probability of the loaded pair, and the gradient of its score.
vec2 pair(Head head, int i, int j) {
  float score = biasOf(head, i, j), sum = 0.0;
  for (int c = 0; c < FOURS; c++) {
    score += dot(query[c], key[c]);
    sum += dot(slope[c], value[c]);
  }
  float probability = exact_exp(score - logSum);
  return vec2(probability, probability * (sum - product));
}

int gradientOf(Head head, int part, int token) {
  return (places[token] * 3 * head.heads + part * head.heads + head.number) * HEAD_SIZE;
}

// A padded row was cut away: nothing flows into its scores.
void queryRow(int window, Head head, int i) {
  if (places[i] < 0) return;
  float sum = 0.0;
  for (int c = 0; c < FOURS; c++) {
    int at = rowOf(head, i) + 4 * c;
    sum += dot(fourAt(uint64_t(arguments.dresult), at, 4 * c), fourAt(uint64_t(arguments.result), at, 4 * c));
  }
  arguments.products.at[statistics(window, head, i)] = sum;
  loadRow(window, head, i);
  product = sum;
  vec4 dq[FOURS];
  for (int c = 0; c < FOURS; c++) dq[c] = vec4(0.0);
  for (int j = 0; j < TOKENS; j++) {
    loadColumn(head, j);
    float gradient = pair(head, i, j).y;
    for (int c = 0; c < FOURS; c++) dq[c] += gradient * key[c];
  }
  for (int c = 0; c < FOURS; c++) {
    storeFour(uint64_t(arguments.dqkv), gradientOf(head, 0, i) + 4 * c, 4 * c, dq[c] * arguments.scale);
  }
}

// What this invocation's padded tokens add to the gradients of the bias: keys, then values.
vec4 padding[2 * FOURS];

// Gradients of one key and value.
void keyRow(int window, Head head, int j) {
  vec4 dk[FOURS], dv[FOURS];
  for (int c = 0; c < FOURS; c++) dk[c] = dv[c] = vec4(0.0);
  loadColumn(head, j);
  for (int i = 0; i < TOKENS; i++) {
    if (places[i] < 0) continue;
    loadRow(window, head, i);
    vec2 both = pair(head, i, j);
    for (int c = 0; c < FOURS; c++) {
      dk[c] += both.y * query[c];
      dv[c] += both.x * slope[c];
    }
  }
  for (int c = 0; c < FOURS; c++) {
    if (places[j] >= 0) {
      storeFour(uint64_t(arguments.dqkv), gradientOf(head, 1, j) + 4 * c, 4 * c, dk[c]);
      storeFour(uint64_t(arguments.dqkv), gradientOf(head, 2, j) + 4 * c, 4 * c, dv[c]);
    } else {
      padding[c] += dk[c];
      padding[FOURS + c] += dv[c];
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

void keys(int window, Head head) {
  float padded = 0.0;
  for (int c = 0; c < 2 * FOURS; c++) padding[c] = vec4(0.0);
  for (int j = int(gl_LocalInvocationID.x); j < TOKENS; j += 128) {
    keyRow(window, head, j);
    if (places[j] < 0) padded = 1.0;
  }
  bool hasPadding = sumOfGroup(padded) > 0.0;
  int start = (window * head.heads + head.number) * 2 * HEAD_SIZE;
  for (int c = 0; c < 2 * HEAD_SIZE; c++) {
    int channel = c % HEAD_SIZE;
    float sum = 0.0;
    if (hasPadding) sum = sumOfGroup(padding[(c < HEAD_SIZE ? 0 : FOURS) + channel / 4][channel % 4]);
    if (gl_LocalInvocationID.x == 0) arguments.partials.at[start + c] = sum;
  }
}

// All pairs of tokens whose difference in place is that of a table's row.
float tableSum(int window, Head head, ivec3 difference) {
  float sum = 0.0;
  ivec3 size = ivec3(arguments.nominal[0], arguments.nominal[1], arguments.nominal[2]);
  ivec3 begin = max(difference, ivec3(0)), end = min(size, size + difference), a;
  for (a.x = begin.x; a.x < end.x; a.x++) {
    for (a.y = begin.y; a.y < end.y; a.y++) {
      for (a.z = begin.z; a.z < end.z; a.z++) {
        ivec3 b = a - difference;
        int i = (a.x * size.y + a.y) * size.z + a.z, j = (b.x * size.y + b.y) * size.z + b.z;
        if (i >= TOKENS || j >= TOKENS || places[i] < 0) continue;
        loadRow(window, head, i);
        loadColumn(head, j);
        sum += pair(head, i, j).y;
      }
    }
  }
  return sum;
}

void tableRows(int chunk, Head head) {
  ivec3 width = 2 * ivec3(arguments.nominal[0], arguments.nominal[1], arguments.nominal[2]) - 1;
  int rowCount = width.x * width.y * width.z;
  int last = min(int(arguments.windows), (chunk + 1) * int(arguments.chunkWindows));
  for (int window = chunk * int(arguments.chunkWindows); window < last; window++) {
    findTokens(window);
    for (int row = int(gl_LocalInvocationID.x); row < rowCount; row += 128) {
      ivec3 difference = ivec3(row / width.z / width.y, row / width.z % width.y, row % width.z) - width / 2;
      int at = (chunk * rowCount + row) * head.heads + head.number;
      float before = window == chunk * int(arguments.chunkWindows) ? 0.0 : arguments.partials.at[at];
      arguments.partials.at[at] = before + tableSum(window, head, difference);
    }
  }
}

void main() {
  uint count = (STEP == 2 ? arguments.chunks : arguments.windows) * arguments.heads;
  for (uint item = gl_WorkGroupID.x; item < count; item += gl_NumWorkGroups.x) {
    int window = int(item / arguments.heads);
    Head head = headOf(int(item % arguments.heads));
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
