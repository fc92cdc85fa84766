/* BSON documents from a file to canonical Extended JSON on standard output with libbson: libbson FILE */
#include <bson/bson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_DOCUMENT = 48 << 20, BUFFER = 1 << 20 };

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  uint8_t *document = malloc(MAX_DOCUMENT);
  if (file == NULL || document == NULL) return 1;
  setvbuf(file, NULL, _IOFBF, BUFFER);
  setvbuf(stdout, NULL, _IOFBF, BUFFER);
  while (fread(document, 1, 4, file) == 4) {
    uint32_t length = document[0] | document[1] << 8 | document[2] << 16 | (uint32_t)document[3] << 24;
    if (length < 5 || length > MAX_DOCUMENT) return 2;
    if (fread(document + 4, 1, length - 4, file) != length - 4) return 2;
    bson_t bson;
    if (!bson_init_static(&bson, document, length)) return 3;
    size_t json_length;
    char *json = bson_as_canonical_extended_json(&bson, &json_length);
    if (json == NULL) return 4;
    fwrite(json, 1, json_length, stdout);
    putc('\n', stdout);
    bson_free(json);
  }
  return fflush(stdout) == 0 ? 0 : 5;
}
