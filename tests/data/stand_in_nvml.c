/* A stand-in for NVIDIA's management library, and as much of the driver as says that there is no
 * card to compute with. It is compiled for each test:
 *
 * CARDS      number of cards: one at 0000:0a:00.0, one at 0000:05:00.0
 * LINKS      number of NVLinks between them; without it they have none
 * INACTIVE   the links are there, but carry nothing
 * LOST_WHEN  while a file of this name exists, the first card has fallen off the bus
 * CRASH      opening it ends the process
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CARDS
#define CARDS 1
#endif

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7, LOST = 15 };

typedef int result;
struct card { int index; };
struct pci { char legacy[16]; unsigned domain, bus, device, id, subsystem; char bus_id[32]; };
struct memory { unsigned version; uint64_t total, reserved, free, used; };
struct utilization { unsigned gpu, memory; };
struct process { unsigned pid; uint64_t bytes; unsigned instance, compute_instance; };

static struct card cards[2] = {{0}, {1}};
static const unsigned buses[2] = {0x0a, 0x05};

static int is_lost(struct card *card) {
#ifdef LOST_WHEN
    return card->index == 0 && access(LOST_WHEN, F_OK) == 0;
#else
    return 0;
#endif
}

static void place(int index, struct pci *pci) {
    memset(pci, 0, sizeof *pci);
    pci->bus = buses[index];
    snprintf(pci->bus_id, sizeof pci->bus_id, "00000000:%02X:00.0", buses[index]);
}

result nvmlInit_v2(void) {
#ifdef CRASH
    abort();
#endif
    return SUCCESS;
}
result nvmlShutdown(void) { return SUCCESS; }
result nvmlSystemGetDriverVersion(char *text, unsigned size) {
    snprintf(text, size, "570.86.15");
    return SUCCESS;
}
result nvmlDeviceGetCount_v2(unsigned *count) { *count = CARDS; return SUCCESS; }
result nvmlDeviceGetHandleByIndex_v2(unsigned index, struct card **card) {
    if (index >= CARDS) return INVALID_ARGUMENT;
    *card = &cards[index];
    return SUCCESS;
}
result nvmlDeviceGetPciInfo_v3(struct card *card, struct pci *pci) {
    place(card->index, pci);
    return SUCCESS;
}
result nvmlDeviceGetUUID(struct card *card, char *text, unsigned size) {
    snprintf(text, size, "GPU-0000000%d-1111-2222-3333-444444444444", card->index);
    return SUCCESS;
}
result nvmlDeviceGetName(struct card *card, char *text, unsigned size) {
    snprintf(text, size, "Stand-in card %d", card->index);
    return SUCCESS;
}
result nvmlDeviceGetMemoryInfo_v2(struct card *card, struct memory *memory) {
    if (is_lost(card)) return LOST;
    memory->total = (24ull - 8 * card->index) << 30;
    memory->reserved = 1ull << 29;
    memory->used = 5ull << 30;
    memory->free = memory->total - memory->used - memory->reserved;
    return SUCCESS;
}
result nvmlDeviceGetTemperature(struct card *card, int sensor, unsigned *degrees) {
    *degrees = 61 + card->index;
    return is_lost(card) ? LOST : SUCCESS;
}
result nvmlDeviceGetUtilizationRates(struct card *card, struct utilization *rates) {
    rates->gpu = 87;
    rates->memory = 12;
    /* Some cards do not count it. */
    return card->index == 0 ? SUCCESS : NOT_SUPPORTED;
}
static result fill(unsigned *count, struct process *out, const struct process *all, unsigned n) {
    unsigned room = *count;
    *count = n;
    if (room < n) return INSUFFICIENT_SIZE;
    memcpy(out, all, n * sizeof *all);
    return SUCCESS;
}
/* 77 computes and draws; the driver does not say how much 79 holds. */
static const struct process computing[2] = {{77, 3ull << 30}, {79, UINT64_MAX}};
static const struct process drawing[2] = {{77, 3ull << 30}, {78, 1ull << 30}};
result nvmlDeviceGetComputeRunningProcesses_v3(struct card *card, unsigned *count, struct process *out) {
    return fill(count, out, computing, 2);
}
result nvmlDeviceGetGraphicsRunningProcesses_v3(struct card *card, unsigned *count, struct process *out) {
    return fill(count, out, drawing, 2);
}
#ifdef LINKS
result nvmlDeviceGetNvLinkState(struct card *card, unsigned link, unsigned *state) {
    if (link >= LINKS) return INVALID_ARGUMENT;
#ifdef INACTIVE
    *state = 0;
#else
    *state = 1;
#endif
    return SUCCESS;
}
result nvmlDeviceGetNvLinkRemotePciInfo_v2(struct card *card, unsigned link, struct pci *pci) {
    if (link >= LINKS) return INVALID_ARGUMENT;
    place(1 - card->index, pci);
    return SUCCESS;
}
#else
result nvmlDeviceGetNvLinkState(struct card *card, unsigned link, unsigned *state) {
    return NOT_SUPPORTED;
}
#endif

result cuInit(unsigned flags) { return 100; }
result cuDriverGetVersion(int *version) { *version = 12080; return SUCCESS; }
