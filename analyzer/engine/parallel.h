#pragma once

#include <cstddef>
#include <functional>

namespace plimsoll {

// Runs `work(i)` for 0 <= i < count on several threads, this one among them; 0: as many as there are cores. Gives back when all is done.
void in_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);
unsigned threads_for(unsigned wanted);

}
