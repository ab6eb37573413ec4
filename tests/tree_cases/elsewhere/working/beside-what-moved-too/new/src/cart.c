#include "cart.h"

int start_cart(struct cart *cart)
{
  check_fuel(cart);
  return ignite(cart);
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
