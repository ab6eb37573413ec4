#include "horn.h"

