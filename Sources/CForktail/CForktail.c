#include "CForktail.h"
