#include "brake.h"

int stop_cart(struct cart *cart)
{
  press_brake(cart);
  return wait_for_halt(cart);
}
int last_brake;
