#include "cart.h"

int start_cart(struct cart *cart)
{
  check_fuel(cart);
  return ignite(cart);
}

int blow_horn(struct cart *cart)
{
  struct horn *horn = find_horn(cart);
  int volume = horn_volume(horn);
  return sound_horn(horn, volume);
}

int paint_cart(struct cart *cart)
{
  return choose_colour(cart);
}

int sell_cart(struct cart *cart)
{
  return find_buyer(cart);
}

int stop_cart(struct cart *cart)
{
  press_brake(cart);
  return wait_for_halt(cart);
}
