#include "horn.h"

int blow_horn(struct cart *cart)
{
  struct horn *horn = find_horn(cart);
  int volume = horn_volume(horn);
  return sound_horn(horn, volume);
}

