// Attention in shifted windows: a group of 128 invocations works on one head of one window, an invocation on a few rows
// of scores at a time, for which it loads keys and values once. Scores are made where they are needed and never stored.
layout(local_size_x = 128) in;
layout(constant_id = 0) const int HEAD_SIZE = 8;
layout(constant_id = 1) const int TOKENS = 343;
layout(constant_id = 2) const uint TYPE = FLOAT32;
// Whether probabilities are dropped.
layout(constant_id = 3) const uint DROPS = 0;

// Rows of an invocation at a time: those of all invocations are the window's, unless a head is too wide for registers.
const int NEEDED = (TOKENS + 127) / 128;
const int ROWS = HEAD_SIZE > 16 ? 1 : NEEDED < 4 ? NEEDED : 4;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t qkv, bias, table, result, logSums, dresult, dqkv, products, partials;
  // Of the draw that decides what is dropped: its key, its stream, how many are kept, and their factor.
  uvec2 seed, stream;
  uint windows, heads, chunks, chunkWindows;
  float scale, keepRate, keptFactor;
  // Of the volume; of a window as it is, its shift and the number of windows; of a window as the table counts it.
  int size[3], window[3], shift[3], count[3], nominal[3];
};
layout(push_constant) uniform Push { Arguments arguments; };

// Of each token of the window: its place in the volume (-1 in the padding), its region, and its part of the table's row.
shared int places[TOKENS], regions[TOKENS], rows[TOKENS];

// The place of a rolled coordinate on an axis, -1 in the padding, and which of three regions it is in.
ivec2 unrolled(int axis, int position) {
  int window = arguments.window[axis], shift = arguments.shift[axis], padded = window * arguments.count[axis];
  int region = shift == 0 ? 2 : position < padded - window ? 0 : position < padded - shift ? 1 : 2;
  int original = (position + shift) % padded;
  return ivec2(original < arguments.size[axis] ? original : -1, region);
}

// Row of the table for the first token less that of the second, but for a constant.
int tableRow(ivec3 token) {
  return (token.x * (2 * arguments.nominal[1] - 1) + token.y) * (2 * arguments.nominal[2] - 1) + token.z;
}

ivec3 nominalPlace(int token) {
  int h = arguments.nominal[1], w = arguments.nominal[2];
  return ivec3(token / (h * w), token / w % h, token % w);
}

// Fills the shared tables for a window.
void findTokens(int window) {
  int w = arguments.count[2], h = arguments.count[1], d = arguments.count[0];
  ivec3 corner = ivec3(
    window / w / h % d * arguments.window[0], window / w % h * arguments.window[1], window % w * arguments.window[2]);
  int image = window / w / h / d;
  barrier();
  for (int t = int(gl_LocalInvocationID.x); t < TOKENS; t += 128) {
    ivec2 z = unrolled(0, corner.x + t / arguments.window[2] / arguments.window[1]);
    ivec2 y = unrolled(1, corner.y + t / arguments.window[2] % arguments.window[1]);
    ivec2 x = unrolled(2, corner.z + t % arguments.window[2]);
    bool isInside = z.x >= 0 && y.x >= 0 && x.x >= 0;
    places[t] =
      isInside ? ((image * arguments.size[0] + z.x) * arguments.size[1] + y.x) * arguments.size[2] + x.x : -1;
    regions[t] = (z.y * 3 + y.y) * 3 + x.y;
    rows[t] = tableRow(nominalPlace(t));
  }
  barrier();
}

// Channels of a head in fours: a head that is no multiple of four has a shorter last one.
const int FOURS = (HEAD_SIZE + 3) / 4;

// Up to four channels from offset `at`; `c` is the first one's number in the head.
vec4 fourAt(uint64_t address, int at, int c, uint type) {
  if (type == FLOAT32 && c + 4 <= HEAD_SIZE) return Vectors(address + uint64_t(at) * 4).at[0];
  vec4 four = vec4(0.0);
  for (int k = 0; k < 4 && c + k < HEAD_SIZE; k++) four[k] = loadFloat(address, at + k, type);
  return four;
}

void storeFour(uint64_t address, int at, int c, vec4 four) {
  for (int k = 0; k < 4 && c + k < HEAD_SIZE; k++) setMap(address, at + k, four[k]);
}

// A head's tensors, in registers: a load from the arguments in an inner loop would cost as much as one of a value.
struct Head {
  uint64_t qkv, bias;
  Floats table;
  int number, heads, lastRow;
};

Head headOf(int number) {
  int last = tableRow(ivec3(arguments.nominal[0] - 1, arguments.nominal[1] - 1, arguments.nominal[2] - 1));
  return Head(arguments.qkv, arguments.bias, Floats(arguments.table), number, int(arguments.heads), last);
}

// Channels from `c` on of q (part 0), k (1) or v (2) of a token; the padding's are the bias.
vec4 partOf(Head head, int part, int token, int c) {
  int offset = (part * head.heads + head.number) * HEAD_SIZE + c, place = places[token];
  int at = place * 3 * head.heads * HEAD_SIZE + offset;
  bool isReal = place >= 0, hasBias = head.bias != 0;
  uint64_t bias = hasBias ? head.bias : uint64_t(arguments);
  int biasAt = hasBias ? offset : 0;
  vec4 four;
  if (TYPE == FLOAT32) {
    four = fourAt(isReal ? head.qkv : bias, isReal ? at : biasAt, c, FLOAT32);
  } else {
    four = fourAt(head.qkv, isReal ? at : offset, c, TYPE);
    if (!isReal) four = fourAt(bias, biasAt, c, FLOAT32);
  }
  return isReal || hasBias ? four : vec4(0.0);
}

// What the table and the regions add to a score.
float biasOf(Head head, int row, int region, int otherRow, int otherRegion) {
  float value = head.table.at[(row - otherRow + head.lastRow) * head.heads + head.number];
  return region == otherRegion ? value : value - 100.0;
}

// What a probability is multiplied by on its way to the values: element [window][head][row][column] of a draw decides.
float dropped(Head head, int window, int row, int column) {
  if (DROPS == 0) return 1.0;
  uint64_t element = (uint64_t((window * head.heads + head.number) * TOKENS + row)) * TOKENS + column;
  uint64_t block = element >> 2;
  uvec4 words = philox(uvec4(uint(block), uint(block >> 32), arguments.stream), arguments.seed);
  return unit(words[uint(element) & 3u]) < arguments.keepRate ? arguments.keptFactor : 0.0;
}

// Offset of a token's row in a result of [tokens, heads · HEAD_SIZE].
int rowOf(Head head, int token) { return (places[token] * head.heads + head.number) * HEAD_SIZE; }

// Token `r` of an invocation's rows from `first` on; past the last one it is the last one.
#define TOKEN(first, r) min((first) + int(gl_LocalInvocationID.x) + 128 * (r), TOKENS - 1)
#define IS_TOKEN(first, r) ((first) + int(gl_LocalInvocationID.x) + 128 * (r) < TOKENS)
#define EACH_FOUR(c) [[unroll]] for (int c = 0; c < FOURS; c++)
#define EACH_ROW(r) [[unroll]] for (int r = 0; r < ROWS; r++)
