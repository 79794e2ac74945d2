#version 460
// The backward pass in two steps, each of which makes the scores again: with P the probabilities and
// D_i = Σ_c dresult_ic result_ic, the gradient of a score is P (m dresult_i · v_j - D_i), m what dropout multiplies by. STEP 0: queries, D for the other
// step, and the table, summed in shared memory over a chunk of windows; 1: keys and values, and sums of the padding's.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
#include "philox.glsl"
#include "attention.glsl"
layout(constant_id = 4) const int STEP = 0;
// Rows of the table of relative positions; 1 in step 1, which has no need of the memory.
layout(constant_id = 5) const int TABLE_ROWS = 1;

shared float meeting[128];
shared float tableSums[TABLE_ROWS];

int statistics(int window, Head head, int i) { return (window * head.heads + head.number) * TOKENS + i; }

int gradientOf(Head head, int part, int token) {
  return (places[token] * 3 * head.heads + part * head.heads + head.number) * HEAD_SIZE;
}

// Queries, and the table. For one key, all rows of scores belong to different rows of the table, so that a group that
// goes through the keys in step adds without a collision, in the same order every time.
void queryRows(int window, Head head, int first) {
  vec4 query[ROWS][FOURS], slope[ROWS][FOURS], gradient[ROWS][FOURS];
  float logSum[ROWS], product[ROWS];
  int row[ROWS], region[ROWS];
  // A padded row was cut away: nothing flows into its scores.
  bool isReal[ROWS];
  EACH_ROW(r) {
    int i = TOKEN(first, r);
    row[r] = rows[i];
    region[r] = regions[i];
    isReal[r] = IS_TOKEN(first, r) && places[i] >= 0;
    logSum[r] = Floats(arguments.logSums).at[statistics(window, head, i)];
    product[r] = 0.0;
    EACH_FOUR(c) {
      query[r][c] = partOf(head, 0, i, 4 * c) * arguments.scale;
      slope[r][c] = gradient[r][c] = vec4(0.0);
      if (!isReal[r]) continue;
      int at = rowOf(head, i) + 4 * c;
      slope[r][c] = fourAt(arguments.dresult, at, 4 * c, TYPE);
      product[r] += dot(slope[r][c], fourAt(arguments.result, at, 4 * c, TYPE));
    }
    if (isReal[r]) Floats(arguments.products).at[statistics(window, head, i)] = product[r];
  }
  for (int j = 0; j < TOKENS; j++) {
    vec4 key[FOURS], value[FOURS];
    EACH_FOUR(c) {
      key[c] = partOf(head, 1, j, 4 * c);
      value[c] = partOf(head, 2, j, 4 * c);
    }
    int otherRow = rows[j], otherRegion = regions[j];
    EACH_ROW(r) {
      if (!isReal[r]) continue;
      float score = biasOf(head, row[r], region[r], otherRow, otherRegion), sum = 0.0;
      EACH_FOUR(c) {
        score += dot(query[r][c], key[c]);
        sum += dot(slope[r][c], value[c]);
      }
      sum = sum * dropped(head, window, TOKEN(first, r), j) - product[r];
      float slopeOfScore = exact_exp(score - logSum[r]) * sum;
      EACH_FOUR(c) gradient[r][c] += slopeOfScore * key[c];
      tableSums[row[r] - otherRow + head.lastRow] += slopeOfScore;
    }
    barrier();
  }
  EACH_ROW(r) {
    if (!isReal[r]) continue;
    int at = gradientOf(head, 0, TOKEN(first, r));
    EACH_FOUR(c) storeFour(arguments.dqkv, at + 4 * c, 4 * c, gradient[r][c] * arguments.scale);
  }
}

void queries(int chunk, Head head) {
  for (int row = int(gl_LocalInvocationID.x); row < TABLE_ROWS; row += 128) tableSums[row] = 0.0;
  int last = min(int(arguments.windows), (chunk + 1) * int(arguments.chunkWindows));
  for (int window = chunk * int(arguments.chunkWindows); window < last; window++) {
    findTokens(window);
    for (int first = 0; first < TOKENS; first += 128 * ROWS) queryRows(window, head, first);
  }
  for (int row = int(gl_LocalInvocationID.x); row < TABLE_ROWS; row += 128) {
    Floats(arguments.partials).at[(chunk * TABLE_ROWS + row) * head.heads + head.number] = tableSums[row];
  }
  barrier();
}

// What this invocation's padded tokens add to the gradients of the bias: keys, then values.
vec4 padding[2 * FOURS];

// Gradients of keys and values.
void keyRows(int window, Head head, int first) {
  vec4 key[ROWS][FOURS], value[ROWS][FOURS], dkey[ROWS][FOURS], dvalue[ROWS][FOURS];
  int row[ROWS], region[ROWS];
  EACH_ROW(r) {
    int j = TOKEN(first, r);
    row[r] = rows[j];
    region[r] = regions[j];
    EACH_FOUR(c) {
      key[r][c] = partOf(head, 1, j, 4 * c);
      value[r][c] = partOf(head, 2, j, 4 * c);
      dkey[r][c] = dvalue[r][c] = vec4(0.0);
    }
  }
  for (int i = 0; i < TOKENS; i++) {
    if (places[i] < 0) continue;
    vec4 query[FOURS], slope[FOURS];
    EACH_FOUR(c) {
      query[c] = partOf(head, 0, i, 4 * c) * arguments.scale;
      slope[c] = fourAt(arguments.dresult, rowOf(head, i) + 4 * c, 4 * c, TYPE);
    }
    float logSum = Floats(arguments.logSums).at[statistics(window, head, i)];
    float product = Floats(arguments.products).at[statistics(window, head, i)];
    int otherRow = rows[i], otherRegion = regions[i];
    EACH_ROW(r) {
      float score = biasOf(head, otherRow, otherRegion, row[r], region[r]), sum = 0.0;
      EACH_FOUR(c) {
        score += dot(query[c], key[r][c]);
        sum += dot(slope[c], value[r][c]);
      }
      float probability = exact_exp(score - logSum), factor = dropped(head, window, i, TOKEN(first, r));
      sum = sum * factor - product;
      EACH_FOUR(c) {
        dkey[r][c] += probability * sum * query[c];
        dvalue[r][c] += probability * factor * slope[c];
      }
    }
  }
  EACH_ROW(r) {
    if (!IS_TOKEN(first, r)) continue;
    int j = TOKEN(first, r);
    EACH_FOUR(c) {
      if (places[j] >= 0) {
        storeFour(arguments.dqkv, gradientOf(head, 1, j) + 4 * c, 4 * c, dkey[r][c]);
        storeFour(arguments.dqkv, gradientOf(head, 2, j) + 4 * c, 4 * c, dvalue[r][c]);
      } else {
        padding[c] += dkey[r][c];
        padding[FOURS + c] += dvalue[r][c];
      }
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
  for (int first = 0; first < TOKENS; first += 128 * ROWS) keyRows(window, head, first);
  for (int j = int(gl_LocalInvocationID.x); j < TOKENS; j += 128) {
    if (places[j] < 0) padded = 1.0;
  }
  bool hasPadding = sumOfGroup(padded) > 0.0;
  int start = (window * head.heads + head.number) * 2 * HEAD_SIZE;
  for (int c = 0; c < 2 * HEAD_SIZE; c++) {
    int channel = c % HEAD_SIZE;
    float sum = 0.0;
    if (hasPadding) sum = sumOfGroup(padding[(c < HEAD_SIZE ? 0 : FOURS) + channel / 4][channel % 4]);
    if (gl_LocalInvocationID.x == 0) Floats(arguments.partials).at[start + c] = sum;
  }
}

void main() {
  uint count = (STEP == 0 ? arguments.chunks : arguments.windows) * arguments.heads;
  for (uint item = gl_WorkGroupID.x; item < count; item += gl_NumWorkGroups.x) {
    int number = int(item / arguments.heads);
    Head head = headOf(int(item % arguments.heads));
    if (STEP == 0) {
      queries(number, head);
    } else {
      findTokens(number);
      keys(number, head);
    }
  }
}
