/* The baseline, the budget above it, and the figures. */
#include "engine.h"

extern void fxGrowSlots(txMachine* the, txSize count);

typedef struct {
  double chunks, slots;
} Budget;

/*
 * The chunk heap is one block inside its arena, so its end can simply be moved: to the baseline plus the budget. From
 * then on the heap has a fixed size, as on the device, and the engine collects when it is full.
 */
static void limitChunks(SimMachine* machine, txMachine* the, double budget) {
  txBlock* block = the->firstBlock;
  char* start = (char*)block + sizeof(txBlock);
  size_t size = (size_t)(machine->chunksBaseline + budget) & ~(size_t)15;
  if (sizeof(txBlock) + size > machine->chunks.size) size = (machine->chunks.size - sizeof(txBlock)) & ~(size_t)15;
  block->limit = (txByte*)start + size;
  the->maximumChunksSize = (txSize)size;
  the->minimumChunksSize = 0;
}

/* Room is made once; simAfterCollection hides from the engine what is beyond the budget. */
static void limitSlots(SimMachine* machine, txMachine* the, double budget) {
  double missing = machine->slotsBaseline + budget - the->maximumHeapCount;
  if (missing > 0) fxGrowSlots(the, (txSize)missing + 2);
  the->minimumHeapCount = 0;
  machine->slotBudget = budget;
}

static void limitKeys(SimMachine* machine, txMachine* the) {
  txID allowed = the->keyIndex + machine->options.keysInitial;
  if (machine->options.keysIncrement > 0) return;
  if (allowed > the->keyCount) fxGrowKeys(the, allowed - the->keyCount);
  the->keyCount = allowed;
  the->keyDelta = 0;
}

static void sealBaseline(SimMachine* machine, txMachine* the, void* data) {
  Budget* budget = data;
  fxCollect(the, XS_COMPACT_FLAG);
  machine->chunksBaseline = the->currentChunksSize;
  machine->slotsBaseline = the->currentHeapCount;
  if (budget->chunks >= 0) limitChunks(machine, the, budget->chunks);
  if (budget->slots >= 0) limitSlots(machine, the, budget->slots);
  limitKeys(machine, the);
  fxCollect(the, XS_COMPACT_FLAG);
  the->peakChunksSize = the->currentChunksSize;
  the->peakHeapCount = the->currentHeapCount;
  the->stackPeak = the->stack;
}

SimOutcome simSealBaseline(SimMachine* machine, double chunkBudgetBytes, double slotBudget) {
  Budget budget = {chunkBudgetBytes, slotBudget};
  return simEnter(machine, sealBaseline, &budget);
}

void simReadStats(SimMachine* machine, SimStats* stats) {
  txMachine* the = machine->xs;
  memset(stats, 0, sizeof(*stats));
  if (!the) return;
  stats->chunkBytes = the->currentChunksSize;
  stats->chunkPeakBytes = the->peakChunksSize;
  stats->chunkReservedBytes = the->maximumChunksSize;
  stats->chunkBaselineBytes = machine->chunksBaseline;
  stats->slots = the->currentHeapCount;
  stats->slotsPeak = the->peakHeapCount;
  stats->slotsReserved = the->maximumHeapCount;
  stats->slotsBaseline = machine->slotsBaseline;
  stats->slotBytes = sizeof(txSlot);
  stats->stackSlots = the->stackTop - the->stackBottom - simIntrinsicSlots;
  stats->stackPeakSlots = the->stackTop - the->stackPeak - simIntrinsicSlots;
  stats->keys = the->keyIndex - the->keyOffset;
  stats->collections = the->garbageCollectionCount;
  stats->parserPeakBytes = the->peakParserSize;
  stats->meter = machine->meterBefore + the->meterIndex;
  stats->unhandledErrors = machine->unhandledErrors;
}
