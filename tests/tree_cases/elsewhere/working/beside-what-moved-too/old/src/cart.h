#ifndef CART_H
#define CART_H

int start_cart(struct cart *cart);
int blow_horn(struct cart *cart);
int paint_cart(struct cart *cart);
int sell_cart(struct cart *cart);
int stop_cart(struct cart *cart);

#endif
