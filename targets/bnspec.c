/* The C kit of bnspec, in one file: makes a program of a kernel that is written as bnspec.h says.
 *
 *     cc -O2 -o kernel kernel.c bnspec.c -lm        (C++: -x c bnspec.c; macOS: -Wl,-undefined,dynamic_lookup)
 *
 *     bnspec run -- ./kernel                        requests on standard input, replies on standard output
 *     ./kernel --answer DIR                         each file of DIR/requests into one of the same name in DIR/answers, where
 *                                                   there is none; a kernel that dies is started again after that question
 *
 * C99 and POSIX, little-endian. What a kernel prints goes to standard error. */
#define BNSPEC_KIT
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE 1 /* MAP_ANONYMOUS */
#include "bnspec.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LENGTH(list) ((int)(sizeof(list) / sizeof *(list)))
enum { MOST = 512, HEADER = 1 << 20, APART = 64, HELD = 1 << 16 };

static void die(const char *format, ...) {
  va_list more;
  va_start(more, format);
  vfprintf(stderr, format, more);
  va_end(more);
  fputc('\n', stderr);
  exit(70);
}

static void *need(void *memory, size_t size) {
  void *more = realloc(memory, size);
  if (!more) die("no memory for %zu bytes", size);
  return more;
}

/* ---- text that grows ---- */

typedef struct { char *data; size_t size, room; } text;

static void add(text *to, const void *data, size_t size) {
  if (to->size + size > to->room) to->data = (char *)need(to->data, to->room = 2 * (to->size + size) + 1024);
  memcpy(to->data + to->size, data, size);
  to->size += size;
}

static void say(text *to, const char *format, ...) {
  char line[1024];
  va_list more;
  va_start(more, format);
  int size = vsnprintf(line, sizeof line, format, more);
  va_end(more);
  add(to, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

/* A JSON string, at most 2000 bytes of it; what is not ASCII becomes '?'. */
static void quote(text *to, const char *s) {
  add(to, "\"", 1);
  for (int n = 0; *s && n < 2000; s++, n++) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x20) {
      say(to, "\\u%04x", c);
      continue;
    }
    if (c == '"' || c == '\\') add(to, "\\", 1);
    add(to, c < 0x80 ? (const char *)&c : "?", 1);
  }
  add(to, "\"", 1);
}

/* ---- a request's header: {"__metadata__": {"op": ...}, "x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}} ---- */

typedef struct { char name[32]; int32_t dtype, rank; int64_t shape[8], begin, end; } entry;

typedef struct {
  char op[32], id[256], layout[32], after[32], step[32], handle[256], channels[32], rank[32], dtype[32], track[32],
      parameters[64], given[512];
  entry entries[MOST];
  int count;
  int64_t body;
} header;

#define KEY(key) {#key, offsetof(header, key), sizeof ((header *)0)->key}
static const struct { const char *key; size_t at, size; } METADATA[] = {
    KEY(op), KEY(id), KEY(layout), KEY(after), KEY(step), KEY(handle), KEY(channels), KEY(rank), KEY(dtype), KEY(track),
    KEY(parameters), KEY(given)};
static const struct { const char *name, *lower; int32_t dtype; int64_t width; } DTYPES[] = {
    {"F64", "f64", BNSPEC_F64, 8}, {"F32", "f32", BNSPEC_F32, 4}, {"F16", "f16", BNSPEC_F16, 2},
    {"BF16", "bf16", BNSPEC_BF16, 2}, {"I64", "i64", BNSPEC_I64, 8}};

static int64_t width_of(int32_t dtype) { return DTYPES[dtype - 1].width; }

static int32_t dtype_named(const char *name) {
  for (int i = 0; i < LENGTH(DTYPES); i++)
    if (strcmp(name, DTYPES[i].name) == 0 || strcmp(name, DTYPES[i].lower) == 0) return DTYPES[i].dtype;
  return 0;
}

/* Reads JSON up to `end`. After a mistake it stands at the end, where every further step fails too. */
typedef struct { const char *at, *end; int wrong; } reader;

static int fail(reader *r) {
  r->wrong = 1;
  r->at = r->end;
  return 0;
}

static int next_is(reader *r, char c) {
  while (r->at < r->end && strchr(" \n\t\r", *r->at) && *r->at) r->at++;
  if (r->at == r->end || *r->at != c) return 0;
  r->at++;
  return 1;
}

static int expect(reader *r, char c) { return next_is(r, c) || fail(r); }

/* A string of less than `size` bytes; of escapes those of one letter, and \u00xx. */
static void read_string(reader *r, char *to, size_t size) {
  size_t n = 0;
  expect(r, '"');
  for (; r->at < r->end && *r->at != '"' && n + 1 < size; n++) {
    char c = *r->at++;
    if (c == '\\' && r->at < r->end) {
      static const char letters[] = "b\bf\fn\nr\rt\t";
      const char *known = strchr(letters, c = *r->at++);
      unsigned code = 256;
      if (c == 'u' && r->end - r->at >= 4 && sscanf(r->at, "%4x", &code) == 1 && code < 128) r->at += 4;
      else if (c == 'u') fail(r);
      c = c == 'u' ? (char)code : known && *known ? known[1] : c;
    }
    to[n] = c;
  }
  to[n] = 0;
  expect(r, '"');
}

static int64_t read_whole(reader *r) {
  int64_t value = 0;
  while (r->at < r->end && *r->at == ' ') r->at++;
  if (r->at == r->end || *r->at < '0' || *r->at > '9') return fail(r);
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
    if (value > INT64_MAX / 16) return fail(r);
    value = value * 10 + (*r->at - '0');
  }
  return value;
}

static int read_wholes(reader *r, int64_t *to, int most) {
  int n = 0;
  expect(r, '[');
  if (next_is(r, ']')) return 0;
  do {
    if (n == most) return fail(r);
    to[n++] = read_whole(r);
  } while (next_is(r, ','));
  expect(r, ']');
  return r->wrong ? 0 : n;
}

static void read_metadata(reader *r, header *h) {
  char key[64], value[1024];
  expect(r, '{');
  if (next_is(r, '}')) return;
  do {
    read_string(r, key, sizeof key);
    expect(r, ':');
    read_string(r, value, sizeof value);
    for (int i = 0; i < LENGTH(METADATA); i++) {
      if (strcmp(key, METADATA[i].key) != 0) continue;
      if (strlen(value) >= METADATA[i].size) fail(r);
      else strcpy((char *)h + METADATA[i].at, value);
    }
  } while (next_is(r, ','));
  expect(r, '}');
}

static int64_t product(int rank, const int64_t *shape) {
  int64_t size = 1;
  for (int k = 0; k < rank; k++) {
    if (shape[k] > 0 && size > ((int64_t)1 << 50) / shape[k]) return -1;
    size *= shape[k];
  }
  return size;
}

static void read_entry(reader *r, entry *e) {
  char key[16], dtype[16];
  int64_t offsets[2] = {1, 0};
  expect(r, '{');
  do {
    read_string(r, key, sizeof key);
    expect(r, ':');
    if (strcmp(key, "dtype") == 0) {
      read_string(r, dtype, sizeof dtype);
      e->dtype = dtype_named(dtype);
    } else if (strcmp(key, "shape") == 0) e->rank = read_wholes(r, e->shape, 8);
    else if (strcmp(key, "data_offsets") != 0 || read_wholes(r, offsets, 2) != 2) fail(r);
  } while (next_is(r, ','));
  expect(r, '}');
  int64_t size = product(e->rank, e->shape);
  e->begin = offsets[0];
  e->end = offsets[1];
  if (e->dtype == 0 || size < 0 || e->end - e->begin != size * width_of(e->dtype)) fail(r);
}

/* 0 where the text is no header of a request. */
static int read_header(const char *from, size_t size, header *h) {
  reader r = {from, from + size, 0};
  char name[32];
  memset(h, 0, offsetof(header, entries));
  h->count = 0;
  h->body = 0;
  expect(&r, '{');
  do {
    read_string(&r, name, sizeof name);
    expect(&r, ':');
    if (strcmp(name, "__metadata__") == 0) read_metadata(&r, h);
    else if (h->count == MOST) fail(&r);
    else {
      entry *e = &h->entries[h->count++];
      memset(e, 0, sizeof *e);
      strcpy(e->name, name);
      read_entry(&r, e);
      if (e->end > h->body) h->body = e->end;
    }
  } while (next_is(&r, ','));
  expect(&r, '}');
  return !r.wrong;
}

static const entry *find(const header *h, const char *name) {
  for (int i = 0; i < h->count; i++)
    if (strcmp(h->entries[i].name, name) == 0) return &h->entries[i];
  return NULL;
}

/* ---- the card ---- */

static const struct { const char *name; int (*call)(const bnspec_inputs *, bnspec_outputs *); } OPS[] = {
    {"train", bnspec_train}, {"infer", bnspec_infer}, {"grad", bnspec_grad}, {"infer_grad", bnspec_infer_grad},
    {"grad_grad", bnspec_grad_grad}, {"sync_train", bnspec_sync_train}, {"sync_grad", bnspec_sync_grad},
    {"fold", bnspec_fold}, {"layer", bnspec_layer}};

/* The next line of the card; 0 at its end. */
static int card_line(const char **at, char *key, char *value, size_t size) {
  for (;;) {
    size_t length = strcspn(*at, "\n"), name = strcspn(*at, "=\n");
    const char *line = *at;
    if (*line == 0) return 0;
    *at += length + (line[length] == '\n');
    if (length == 0) continue;
    if (name == length || name >= size || length - name > size) die("the card says %.*s: lines of key=value", (int)length, line);
    snprintf(key, size, "%.*s", (int)name, line);
    snprintf(value, size, "%.*s", (int)(length - name - 1), line + name + 1);
    return 1;
  }
}

/* Whether a word stands in the list that the card has under this key. */
static int card_has(const char *wanted, const char *word) {
  char key[2048], value[2048];
  for (const char *at = bnspec_card(); card_line(&at, key, value, sizeof key);) {
    if (strcmp(key, wanted) != 0) continue;
    for (char *item = strtok(value, ","); item; item = strtok(NULL, ","))
      if (strcmp(item, word) == 0) return 1;
  }
  return 0;
}

static void hello(text *to) {
  char key[2048], value[2048];
  int n = 0, named = 0;
  for (const char *at = bnspec_card(); card_line(&at, key, value, sizeof key);) {
    add(to, ",", 1);
    quote(to, key);
    add(to, ":", 1);
    quote(to, value);
    named |= strcmp(key, "ops") == 0;
  }
  if (named) return;
  say(to, ",\"ops\":\"");
  for (int i = 0; i < LENGTH(OPS); i++)
    if (OPS[i].call) say(to, "%s%s", n++ ? "," : "", OPS[i].name);
  say(to, "\"");
}

/* ---- tensors in memory: a guard before and behind each, and marks wherever nothing was written ---- */

typedef struct {
  char name[32];
  bnspec_tensor tensor;
  const entry *sent; /* an input as it came; NULL: an output of its own */
  int64_t from, to;  /* in bytes of the memory */
} slot;

static slot slots[2 * MOST + 32];
static int inputs, filled; /* slots[0..inputs) hold inputs, slots[inputs..filled) outputs */
static unsigned char *memory, *allocated;
static int64_t end, room;
static bnspec_tensor parts[4][MOST]; /* of x, dy, y, dx */
static bnspec_inputs in;
static bnspec_outputs out;
static int strided, inplace, wide, saves[3];

static const struct { const char *name; size_t at; } INPUTS[] = {
#define IN(name) {#name, offsetof(bnspec_inputs, name)}
    IN(x), IN(dy), IN(gamma), IN(beta), IN(running_mean), IN(running_var), IN(vx), IN(vgamma), IN(vbeta), IN(weight), IN(bias)};
static const struct { const char *name; size_t at; } OUTPUTS[] = {
#define OUT(name) {#name, offsetof(bnspec_outputs, name)}
    OUT(y), OUT(dx), OUT(mean), OUT(variance), OUT(inv_std), OUT(running_mean), OUT(running_var), OUT(count), OUT(dgamma),
    OUT(dbeta), OUT(g_x), OUT(g_dy), OUT(g_gamma), OUT(weight), OUT(bias), OUT(gamma), OUT(beta)};

/* What stands in outputs before they are written, and around tensors: NaNs in every format, such as no computation gives. They
 * differ, since a kernel that reads beyond its input may well answer what it found there. */
enum { MARK = 0xFA, AROUND = 0xF5 };

static void fill(int64_t from, int64_t to, int what) {
  for (int64_t i = from; i < to; i++) memory[i] = i % 2 ? 0xFF : (unsigned char)what;
}

/* The first byte of [from, to) that is not as it was filled, or -1. */
static int64_t stain(int64_t from, int64_t to, int what) {
  while (from < to && memory[from] == (from % 2 ? 0xFF : what)) from++;
  return from < to ? from : -1;
}

static slot *plan(const char *name, int32_t dtype, int rank, const int64_t *shape, const entry *sent) {
  slot *s = &slots[filled++];
  int64_t stride = 1;
  memset(s, 0, sizeof *s);
  snprintf(s->name, sizeof s->name, "%s", name);
  s->tensor.dtype = dtype;
  s->tensor.rank = rank;
  s->tensor.size = product(rank, shape);
  for (int k = rank - 1; k >= 0; k--) {
    s->tensor.shape[k] = shape[k];
    s->tensor.strides[k] = stride;
    stride *= shape[k] + (strided && rank > 1 && k > 0);
  }
  s->sent = sent;
  s->from = end + APART;
  s->to = s->from + stride * width_of(dtype);
  end = (s->to + APART - 1) / APART * APART;
  return s;
}

/* Where row i of the last axis begins, and how long each is, in bytes. */
static int64_t row_at(const slot *s, int64_t i) {
  int64_t at = 0;
  for (int k = s->tensor.rank - 2; k >= 0; k--) {
    at += i % s->tensor.shape[k] * s->tensor.strides[k];
    i /= s->tensor.shape[k];
  }
  return s->from + at * width_of(s->tensor.dtype);
}

static int64_t row_bytes(const slot *s) {
  return (s->tensor.rank ? s->tensor.shape[s->tensor.rank - 1] : 1) * width_of(s->tensor.dtype);
}

static int64_t rows(const slot *s) { return s->tensor.size ? s->tensor.size * width_of(s->tensor.dtype) / row_bytes(s) : 0; }

/* What was written beside the tensors; 0 if nothing was. */
static int trespass(char *message, size_t size) {
  int64_t from = 0;
  const slot *before = NULL;
  for (int i = 0; i <= filled; i++) {
    if (i >= inputs && i < filled && slots[i].sent) continue; /* it lies over an input */
    int64_t to = i < filled ? slots[i].from : end + APART, at = stain(from, to, AROUND);
    if (at >= 0 && before && at - from < APART) {
      while (stain(to - 1, to, AROUND) < 0) to--;
      return snprintf(message, size, "it wrote %d bytes past the end of %s", (int)(to - from), before->name);
    }
    if (at >= 0)
      return snprintf(message, size, "it wrote %d bytes before the beginning of %s", (int)(to - at), slots[i].name);
    if (i == filled) break;
    for (int64_t k = 0, last = rows(&slots[i]); k < last; k++) {
      int64_t next = k + 1 < last ? row_at(&slots[i], k + 1) : slots[i].to;
      if (stain(row_at(&slots[i], k) + row_bytes(&slots[i]), next, AROUND) >= 0)
        return snprintf(message, size, "it wrote between the rows of %s", slots[i].name);
    }
    before = &slots[i];
    from = before->to;
  }
  return 0;
}

/* Elements of an output that still hold marks. */
static int64_t unwritten(const slot *s, int64_t *first) {
  int64_t width = width_of(s->tensor.dtype), count = 0, n = 0;
  for (int64_t k = 0; k < rows(s); k++)
    for (int64_t at = row_at(s, k), last = at + row_bytes(s); at < last; at += width, n++)
      if (stain(at, at + width, MARK) < 0 && count++ == 0) *first = n;
  return count;
}

static int overwritten(const slot *s, const unsigned char *body) {
  int64_t bytes = row_bytes(s);
  for (int64_t k = 0; k < rows(s); k++)
    if (memcmp(memory + row_at(s, k), body + s->sent->begin + k * bytes, (size_t)bytes) != 0) return 1;
  return 0;
}

/* ---- one call ---- */

typedef struct layer { char handle[256]; void *kept; struct layer *next; } layer;
static layer *layers;

/* The output `name`, part by part where x is split: of its own memory, or over an input. */
static void output(const header *h, const char *name, int32_t dtype, int rank, const int64_t *shape, const char *over) {
  const entry *under = inplace && over ? find(h, over) : NULL;
  slot *s = plan(name, dtype, rank, shape, NULL);
  if (!under || under->dtype != dtype) return;
  for (int i = 0; i < inputs; i++)
    if (slots[i].sent == under) {
      end = s->from - APART;
      *s = slots[i];
      snprintf(s->name, sizeof s->name, "%s", name);
    }
}

static void per_element(const header *h, const char *name, const char *like, const char *over) {
  char numbered[32], of[32], below[32];
  const entry *e = find(h, like);
  if (e) output(h, name, e->dtype, e->rank, e->shape, over);
  for (int k = 0; k < in.parts; k++) {
    snprintf(numbered, sizeof numbered, "%s.%d", name, k);
    snprintf(of, sizeof of, "%s.%d", like, k);
    snprintf(below, sizeof below, "%s.%d", over ? over : "", k);
    if ((e = find(h, of))) output(h, numbered, e->dtype, e->rank, e->shape, below);
  }
}

static int is(const char *a, const char *b) { return strcmp(a, b) == 0; }

/* The outputs that a right reply has: docs/wire.md. */
static void plan_outputs(const header *h, const char *op, int32_t dtype) {
  const int64_t one[] = {1}, channels[] = {in.channels};
  const int32_t own = wide && dtype != BNSPEC_F64 ? BNSPEC_F32 : dtype;
  const char *const names[] = {"mean", "variance", "inv_std"};
  int steps = is(op, "layer"), gradient = is(op, "grad") || is(op, "infer_grad") || (steps && is(h->step, "grad"));
  int train = is(op, "train") && !steps, state = steps && is(h->step, "state");
#define CHANNELS(name, over) output(h, name, own, 1, channels, over)
  if (train || is(op, "infer") || (steps && (is(h->step, "train") || is(h->step, "infer")))) per_element(h, "y", "x", "x");
  for (int i = 0; train && i < 3; i++)
    if (saves[i]) CHANNELS(names[i], NULL);
  if ((train && find(h, "running_mean") && find(h, "running_var")) || (state && is(h->track, "true"))) {
    CHANNELS("running_mean", "running_mean");
    CHANNELS("running_var", "running_var");
  }
  if ((train && find(h, "count")) || (state && is(h->track, "true"))) output(h, "count", BNSPEC_I64, 1, one, NULL);
  if (gradient) {
    per_element(h, "dx", steps ? "dy" : "x", "dy");
    if (steps ? strstr(h->parameters, "gamma") != NULL : find(h, "gamma") != NULL) CHANNELS("dgamma", NULL);
    if (steps ? strstr(h->parameters, "beta") != NULL : find(h, "beta") != NULL) CHANNELS("dbeta", NULL);
  }
  if (is(op, "grad_grad")) {
    per_element(h, "g_x", "x", NULL);
    per_element(h, "g_dy", "x", NULL);
    if (find(h, "gamma")) CHANNELS("g_gamma", NULL);
  }
  if (is(op, "fold")) {
    per_element(h, "weight", "weight", NULL);
    CHANNELS("bias", NULL);
  }
  if (state && strstr(h->parameters, "gamma")) CHANNELS("gamma", NULL);
  if (state && strstr(h->parameters, "beta")) CHANNELS("beta", NULL);
}

/* Sizes and scalars of the request. */
static int32_t plan_inputs(const header *h, const unsigned char *body) {
  char name[32];
  const entry *of = find(h, "x"), *folds = find(h, "weight"), *e;
  int last = is(h->layout, "channels_last"), axis;
  int64_t all = 0;
  memset(&in, 0, sizeof in);
  while (in.parts < MOST && snprintf(name, sizeof name, "x.%d", in.parts) && (e = find(h, name))) {
    all += product(e->rank, e->shape);
    if (in.parts++ == 0) of = e;
  }
  if (!of) of = find(h, "dy");
  in.epsilon = in.momentum = NAN;
  in.count = -1;
  if ((e = find(h, "epsilon"))) memcpy(&in.epsilon, body + e->begin, 8);
  if ((e = find(h, "momentum"))) memcpy(&in.momentum, body + e->begin, 8);
  if ((e = find(h, "count"))) memcpy(&in.count, body + e->begin, 8);
  in.layout = last ? BNSPEC_CHANNELS_LAST : BNSPEC_CHANNELS_FIRST;
  in.relu = is(h->after, "relu");
  in.track = is(h->track, "true");
  in.rank = atoi(h->rank);
  in.dtype = dtype_named(h->dtype);
  in.channels = atoll(h->channels);
  if (!of && !folds) return in.dtype;
  axis = of ? (last ? of->rank - 1 : 1) : last ? folds->rank - 1 : 0;
  if (!of) of = folds;
  if (in.parts == 0) all = product(of->rank, of->shape);
  in.channels = axis < of->rank ? of->shape[axis] : 0;
  in.inner = axis < of->rank ? product(of->rank - axis - 1, of->shape + axis + 1) : 1;
  in.outer = in.channels * in.inner > 0 ? all / (in.channels * in.inner) : product(axis, of->shape);
  return of->dtype;
}

static void lay_out(const header *h, const char *op, const unsigned char *body) {
  end = filled = 0;
  int32_t dtype = plan_inputs(h, body);
  for (int i = 0; i < h->count; i++) {
    const entry *e = &h->entries[i];
    if (!is(e->name, "epsilon") && !is(e->name, "momentum") && !is(e->name, "count")) plan(e->name, e->dtype, e->rank, e->shape, e);
  }
  inputs = filled;
  plan_outputs(h, strncmp(op, "sync_", 5) == 0 ? op + 5 : op, dtype);
  if (end + 2 * APART > room) {
    allocated = (unsigned char *)need(allocated, (size_t)(room = 2 * end + 4096) + APART);
    memory = allocated + (APART - (uintptr_t)allocated % APART) % APART;
  }
  fill(0, end + APART, AROUND);
  memset(&out, 0, sizeof out);
  for (int k = 0; in.parts > 0 && k < 4; k++) memset(parts[k], 0, (size_t)in.parts * sizeof parts[k][0]);
  for (int i = 0; i < filled; i++) {
    slot *s = &slots[i];
    char stem[32];
    int part = -1;
    sscanf(s->name, "%31[^.].%d", stem, &part);
    s->tensor.data = memory + s->from;
    for (int64_t k = 0; k < rows(s); k++) {
      if (s->sent) memcpy(memory + row_at(s, k), body + s->sent->begin + k * row_bytes(s), (size_t)row_bytes(s));
      else fill(row_at(s, k), row_at(s, k) + row_bytes(s), MARK);
    }
    if (part >= 0 && part < MOST) parts[i < inputs ? (is(stem, "x") ? 0 : 1) : is(stem, "y") ? 2 : 3][part] = s->tensor;
    for (int k = 0; part < 0 && i < inputs && k < LENGTH(INPUTS); k++)
      if (is(stem, INPUTS[k].name)) memcpy((char *)&in + INPUTS[k].at, &s->tensor, sizeof s->tensor);
    for (int k = 0; part < 0 && i >= inputs && k < LENGTH(OUTPUTS); k++)
      if (is(stem, OUTPUTS[k].name)) memcpy((char *)&out + OUTPUTS[k].at, &s->tensor, sizeof s->tensor);
  }
  if (in.parts > 0) in.xs = parts[0], in.dys = parts[1], out.ys = parts[2], out.dxs = parts[3];
}

/* Calls the kernel; says how that went, and what is to be said of it. */
static const char *call(const header *h, const unsigned char *body, char *message, size_t size) {
  static const char *const steps[] = {"new", "train", "infer", "grad", "state", "load", "drop"};
  static bnspec_outputs told;
  layer **l = &layers;
  int op = 0, code;
  while (op < LENGTH(OPS) && !is(h->op, OPS[op].name)) op++;
  filled = inputs = 0;
  if (op == LENGTH(OPS) || !OPS[op].call) return snprintf(message, size, "no bnspec_%s here", h->op), "unsupported";
  if (is(h->op, "layer")) {
    while (*l && !is((*l)->handle, h->handle)) l = &(*l)->next;
    if (!*l && !is(h->step, "new")) return snprintf(message, size, "no layer %s: it was dropped, or never made", h->handle), "error";
    if (!*l) {
      *l = (layer *)need(NULL, sizeof **l);
      snprintf((*l)->handle, sizeof (*l)->handle, "%s", h->handle);
      (*l)->next = NULL;
    }
    if (is(h->step, "new")) (*l)->kept = NULL;
  }
  lay_out(h, h->op, body);
  for (int i = 0; i < LENGTH(steps); i++)
    if (is(h->step, steps[i])) in.step = i + 1;
  if (*l) in.layer = &(*l)->kept;
  told = out;
  code = OPS[op].call(&in, &out);
  told.message = out.message;
  if (*l && (is(h->step, "drop") || (is(h->step, "new") && code != BNSPEC_OK))) {
    layer *gone = *l;
    *l = gone->next;
    free(gone);
  }
  /* Without its outputs the reply breaks, and the message says why: an error might be what is expected. */
  const char *broken = filled > inputs ? "broken" : "error";
  if (memcmp(&told, &out, sizeof out) != 0)
    return snprintf(message, size, "it changed *out itself: write to where out->y.data points"), broken;
  if (trespass(message, size)) return broken;
  if (code == BNSPEC_UNSUPPORTED) return snprintf(message, size, "bnspec_%s returned BNSPEC_UNSUPPORTED", h->op), "unsupported";
  if (code == BNSPEC_OK) return "ok";
  if (out.message) snprintf(message, size, "%s", out.message);
  else snprintf(message, size, "bnspec_%s returned %d", h->op, code);
  return "error";
}

/* ---- inputs that this file's earlier replies hold: given = "running_mean=ID.running_mean,..." ---- */

static struct { char id[256]; unsigned char *blob; } *said;
static int said_count;

static void remember(const char *id, const unsigned char *blob, size_t size) {
  said = need(said, (size_t)(said_count + 1) * sizeof *said);
  snprintf(said[said_count].id, sizeof said->id, "%s", id);
  memcpy(said[said_count++].blob = (unsigned char *)need(NULL, size), blob, size);
}

/* Puts them into the body; 0 where one is not to be had. */
static int take_given(const header *h, unsigned char *body) {
  static header earlier;
  char names[sizeof h->given], *rest = names;
  strcpy(names, h->given);
  for (char *item; (item = strtok_r(rest, ",", &rest));) {
    char *id = strchr(item, '='), *output = strrchr(item, '.');
    const entry *input, *found = NULL;
    if (!id || !output || output < id) return 0;
    *id++ = *output++ = 0;
    input = find(h, item);
    for (int i = 0; i < said_count && !found; i++) {
      uint64_t length;
      if (!is(said[i].id, id)) continue;
      memcpy(&length, said[i].blob, 8);
      if (!read_header((char *)said[i].blob + 8, length, &earlier) || !(found = find(&earlier, output)) || !input ||
          found->end - found->begin != input->end - input->begin)
        return 0;
      memcpy(body + input->begin, said[i].blob + 8 + length + found->begin, (size_t)(input->end - input->begin));
    }
    if (!found) return 0;
  }
  return 1;
}

/* ---- replies ---- */

static void reply(const header *h, const unsigned char *body, text *to) {
  static text head;
  char message[2048] = "";
  const char *status = is(h->op, "hello") ? "hello" : call(h, body, message, sizeof message);
  int answered = is(status, "ok"), n = 0;
  int64_t at = 0, first = 0;
  head.size = 0;
  say(&head, "{\"__metadata__\":{\"id\":");
  quote(&head, h->id);
  say(&head, ",\"status\":\"%s\"", is(status, "error") || is(status, "unsupported") ? status : "ok");
  if (h->given[0]) say(&head, ",\"given\":"), quote(&head, h->given);
  if (is(status, "hello")) hello(&head);
  for (int i = 0; answered && i < inputs; i++) {
    int under = 0;
    for (int k = inputs; k < filled; k++) under |= slots[k].sent == slots[i].sent;
    if (!under && overwritten(&slots[i], body)) say(&head, "%s%s", n++ ? "," : ",\"overwritten\":\"", slots[i].name);
  }
  if (n > 0) say(&head, "\"");
  for (int i = inputs; answered && i < filled; i++) {
    int64_t count = slots[i].sent ? 0 : unwritten(&slots[i], &first);
    if (count == 0) continue;
    snprintf(message, sizeof message, "%d of %d elements of %s were never written, the first is number %d", (int)count,
             (int)slots[i].tensor.size, slots[i].name, (int)first);
    slots[i].name[0] = 0;
  }
  say(&head, ",\"message\":");
  quote(&head, message);
  say(&head, "}");
  for (int i = inputs; answered && i < filled; i++) {
    const slot *s = &slots[i];
    int64_t size = s->tensor.size * width_of(s->tensor.dtype);
    if (s->name[0] == 0) continue;
    say(&head, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[", s->name, DTYPES[s->tensor.dtype - 1].name);
    for (int k = 0; k < s->tensor.rank; k++) say(&head, "%s%lld", k ? "," : "", (long long)s->tensor.shape[k]);
    say(&head, "],\"data_offsets\":[%lld,%lld]}", (long long)at, (long long)(at + size));
    at += size;
  }
  say(&head, "}");
  while (head.size % 8) say(&head, " ");
  uint64_t length = head.size;
  add(to, &length, 8);
  add(to, head.data, head.size);
  for (int i = inputs; answered && i < filled; i++)
    for (int64_t k = 0; slots[i].name[0] && k < rows(&slots[i]); k++)
      add(to, memory + row_at(&slots[i], k), (size_t)row_bytes(&slots[i]));
}

/* A question that nobody got to answer. */
static void lost(const header *h, text *to) {
  text head = {0};
  uint64_t length;
  say(&head, "{\"__metadata__\":{\"id\":");
  quote(&head, h->id);
  say(&head, ",\"status\":\"lost\"}}");
  while (head.size % 8) say(&head, " ");
  length = head.size;
  add(to, &length, 8);
  add(to, head.data, head.size);
  free(head.data);
}

/* ---- requests out of a file or pipe ---- */

static struct { unsigned char data[HELD]; size_t at, end; } source;
static text held; /* replies that wait for one another */

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int send_held(int to) {
  for (size_t at = 0; at < held.size;) {
    ssize_t n = write(to, held.data + at, held.size - at);
    if (n <= 0) return 0;
    at += (size_t)n;
  }
  held.size = 0;
  return 1;
}

/* Reads so many bytes; what is held is sent before it would wait. 0 where the file ends before them. */
static int receive(int from, int to, void *data, size_t size) {
  unsigned char *into = (unsigned char *)data;
  while (size > 0) {
    if (source.at == source.end) {
      ssize_t n = send_held(to) ? read(from, source.data, HELD) : 0;
      if (n <= 0) return 0;
      source.at = 0;
      source.end = (size_t)n;
    }
    size_t n = source.end - source.at < size ? source.end - source.at : size;
    memcpy(into, source.data + source.at, n);
    source.at += n;
    into += n;
    size -= n;
  }
  return 1;
}

/* What outlives a kernel that dies: how many questions of the file were answered, and where its replies end. */
typedef struct { long answered; off_t end; int layers_lost, done; } progress;

/* Answers all requests of a pipe until it ends, or those of a file from the first one without a reply. The one at which a kernel
 * died before is lost, and so are layers: they died with it. */
static void answer(int from, int to, progress *file, int died) {
  static header h;
  static char *json;
  static unsigned char *body;
  uint64_t length;
  double since = 0;
  long first = file ? file->answered : 0;
  source.at = source.end = 0;
  for (long number = 0; receive(from, to, &length, 8); number++) {
    if (length < 2 || length > HEADER) die("a request's header of %llu bytes", (unsigned long long)length);
    json = (char *)need(json, length);
    if (!receive(from, to, json, length) || !read_header(json, length, &h)) die("a request's header cannot be read");
    body = (unsigned char *)need(body, (size_t)h.body + 8);
    if (!receive(from, to, body, (size_t)h.body)) die("the last request is cut");
    if (number < first) continue;
    if (held.size == 0) since = seconds();
    size_t before = held.size;
    if ((died && number == first) || (file && file->layers_lost && is(h.op, "layer")) || (h.given[0] && !take_given(&h, body)))
      lost(&h, &held);
    else reply(&h, body, &held);
    if (file && is(h.op, "train")) remember(h.id, (unsigned char *)held.data + before, held.size - before);
    if (file) file->end += (off_t)(held.size - before);
    if ((file || held.size > HELD || seconds() - since > 0.002) && !send_held(to)) return;
    if (file) file->answered = number + 1;
  }
  send_held(to);
}

/* A process for the kernel, and another after each question that it dies at. */
static void answer_file(const char *from, const char *to) {
  progress *file = (progress *)mmap(NULL, sizeof *file, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int died = 0, out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0666);
  if (out < 0) die("cannot write %s", to);
  if (file == MAP_FAILED) die("no memory");
  for (;; died = 1) {
    int status = 0;
    pid_t child;
    off_t end = file->end;
    if (died) file->layers_lost = 1;
    if (ftruncate(out, end) != 0 || lseek(out, end, SEEK_SET) < 0) die("cannot write %s", to);
    child = fork();
    if (child < 0) die("cannot start a process");
    if (child == 0) {
      int in = open(from, O_RDONLY);
      if (in < 0) die("cannot read %s", from);
      answer(in, out, file, died);
      file->done = held.size == 0;
      _exit(71);
    }
    waitpid(child, &status, 0);
    if (file->done) break; /* an exit status of 0 may be the kernel's own */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 70) exit(70); /* it has said why */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 71) die("cannot write %s", to);
  }
  close(out);
  munmap(file, sizeof *file);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Answers each file of questions that has no answers. */
static void answer_folder(const char *place) {
  char **names = NULL, from[4096], to[4096];
  size_t count = 0, old = 0;
  DIR *folder;
  snprintf(from, sizeof from, "%s/requests", place);
  folder = opendir(from);
  if (!folder) die("%s holds no questions: bnspec export writes them", place);
  for (struct dirent *file; (file = readdir(folder));) {
    const char *ending = strrchr(file->d_name, '.');
    if (!ending || file->d_name[0] == '.' || strcmp(ending, ".safetensors") != 0) continue;
    names = (char **)need(names, (count + 1) * sizeof *names);
    names[count++] = strcpy((char *)need(NULL, strlen(file->d_name) + 1), file->d_name);
  }
  closedir(folder);
  if (count == 0) die("%s holds no questions: bnspec export writes them", place);
  qsort(names, count, sizeof *names, by_name);
  snprintf(to, sizeof to, "%s/answers", place);
  mkdir(to, 0777);
  for (size_t i = 0; i < count; i++) {
    struct stat there;
    snprintf(from, sizeof from, "%s/requests/%s", place, names[i]);
    snprintf(to, sizeof to, "%s/answers/%s", place, names[i]);
    if (stat(to, &there) != 0) answer_file(from, to);
    else old++;
    free(names[i]);
  }
  free(names);
  fprintf(stderr, "answered %zu file%s", count - old, count - old == 1 ? "" : "s");
  if (old > 0) fprintf(stderr, "; %zu had answers before, and keep them: delete %s/answers if the kernel has changed", old, place);
  fprintf(stderr, "\n");
}

int main(int count, char **given) {
  int to = dup(1);
  dup2(2, 1); /* what the kernel prints is no reply */
  strided = card_has("memory", "strided");
  inplace = card_has("memory", "inplace");
  wide = card_has("param_dtype", "f32");
  saves[0] = card_has("saved", "mean");
  saves[1] = card_has("saved", "variance");
  saves[2] = card_has("saved", "inv_std");
  if (count == 3 && is(given[1], "--answer")) answer_folder(given[2]);
  else if (count == 1) answer(0, to, NULL, 0);
  else die("usage: %s                   answers requests on standard input\n"
           "       %s --answer DIR      answers the files of a folder, as bnspec export writes them", given[0], given[0]);
  return 0;
}
