// Modes of a network that is a ladder, from its line.
#pragma once

#include "network.hpp"

namespace cisterna {

// The modes of the core, where it is a ladder in this order: nodes, leaves in the order of their nodes, hub, side.
// False where it is none, or where the modes do not give the matrix back.
bool ladder_modes(const double* matrix, Modes& modes);

}  // namespace cisterna
