/* The unwinder of a gcc for glibc asks for _dl_find_object, which musl lacks. This is the same answer by dl_iterate_phdr, so
   that a panic unwinds on aarch64 too. */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>

struct dl_find_object {
  unsigned long long flags;
  void *map_start, *map_end;
  struct link_map *link_map;
  void *eh_frame;
  unsigned long long reserved[7];
};

struct question {
  uintptr_t address;
  struct dl_find_object *answer;
};

static int look(struct dl_phdr_info *object, size_t size, void *data) {
  struct question *question = data;
  uintptr_t start = 0, end = 0, eh_frame = 0;
  (void)size;
  for (int n = 0; n < object->dlpi_phnum; n++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[n];
    uintptr_t address = object->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD && question->address >= address && question->address < address + part->p_memsz) {
      start = address;
      end = address + part->p_memsz;
    }
    if (part->p_type == PT_GNU_EH_FRAME) eh_frame = address;
  }
  if (!start || !eh_frame) return 0;
  question->answer->flags = 0;
  question->answer->map_start = (void *)start;
  question->answer->map_end = (void *)end;
  question->answer->link_map = 0;
  question->answer->eh_frame = (void *)eh_frame;
  return 1;
}

int _dl_find_object(void *address, struct dl_find_object *answer) {
  struct question question = {(uintptr_t)address, answer};
  return dl_iterate_phdr(look, &question) ? 0 : -1;
}
