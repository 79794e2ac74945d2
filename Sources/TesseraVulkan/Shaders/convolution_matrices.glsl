// Convolutions of maps and weights of 16 bits by cooperative matrices: rows of a tile are positions of one image, its
// columns channels of the target, its depth the source's channels, for one element of the kernel after another.
#include "matrices.glsl"
#include "convolution_pass.glsl"

// Where the tile's positions read the source for the kernel element at hand, or -1.
shared int from[TILE];
// The tile at hand.
uint tileImage, tilePosition, tileChannel;

void storeSum(uint row, uint column, float sum) {
  uint position = tilePosition + row, channel = tileChannel + column;
  if (position >= arguments.positions || channel >= arguments.targetChannels) return;
  uint at = (tileImage * arguments.positions + position) * arguments.targetChannels + channel;
  sum += valueOr(arguments.bias, channel, 0.0);
  setMap(arguments.target, at, ADDS == 1 ? mapAt(arguments.target, at) + sum : sum);
}

// Loads channels from `channel` to before `count` of the tile's positions into shared memory.
void fillPositions(uint64_t source, uint channel, uint count) {
  for (uint i = gl_LocalInvocationIndex; i < TILE * PAIRS; i += gl_WorkGroupSize.x) {
    uint line = i / PAIRS, pair = i % PAIRS, c = channel + 2 * pair, word = 0;
    int position = from[line], at = position * int(count) + int(c);
    if (position >= 0 && c < count) word = uint(Halves(source).at[at]);
    if (position >= 0 && c + 1 < count) word |= uint(Halves(source).at[at + 1]) << 16;
    operands[line * PITCH + pair] = word;
  }
}

// Adds the products of `count` channels of `source` with rows of weights from `row` on.
void addChannels(uint64_t source, uint count, uint row) {
  int targets = int(arguments.targetChannels), start = int(row) * targets + int(tileChannel);
  uint columns = arguments.targetChannels - tileChannel;
  for (uint c = 0; c < count; c += STRIP) {
    barrier();
    fillPositions(source, c, count);
    fill(TILE * PITCH, arguments.weights, start, 1, targets, columns, c, count);
    barrier();
    addStrips();
  }
}

void findSources(ivec3 tap) {
  for (uint i = gl_LocalInvocationIndex; i < TILE; i += gl_WorkGroupSize.x) {
    Place place = placeOf(min(tilePosition + i, arguments.positions - 1), arguments.geometry.target);
    place.image = int(tileImage);
    int position = sourceOf(place, tap, arguments.geometry, IS_BACKWARD == 1, IS_STRIDED == 1);
    from[i] = tilePosition + i < arguments.positions ? position : -1;
  }
}

void tile() {
  clearSums();
  uint firstChannels = arguments.firstChannels, restChannels = arguments.sourceChannels - firstChannels, row = 0;
  ivec3 kernel = ivec3(arguments.geometry.kernel[0], arguments.geometry.kernel[1], arguments.geometry.kernel[2]), tap;
  for (tap.x = 0; tap.x < kernel.x; tap.x++) {
    for (tap.y = 0; tap.y < kernel.y; tap.y++) {
      for (tap.z = 0; tap.z < kernel.z; tap.z++) {
        barrier();
        findSources(tap);
        addChannels(arguments.source, firstChannels, row);
        row += firstChannels;
        if (READS == JOINED) {
          addChannels(arguments.second, restChannels, row);
          row += restChannels;
        }
      }
    }
  }
  storeSums();
}

void main() {
  uint across = (arguments.targetChannels + TILE - 1) / TILE, down = (arguments.positions + TILE - 1) / TILE;
  for (uint item = gl_WorkGroupID.x; item < across * down * arguments.images; item += gl_NumWorkGroups.x) {
    tileImage = item / across / down;
    tilePosition = item / across % down * TILE;
    tileChannel = item % across * TILE;
    tile();
  }
}
