// Dice and cross entropy in one pass for every stored type; the bodies are in dice.inc.
#include "dice.h"

#include "element.h"
#include "pointwise_math.h"

// Positions that are in registers and the first-level cache together.
enum { diceBlock = 64 };

#define BODY "dice.inc"
#include "each_element.inc"
