#include "analyzer/engine/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace plimsoll {

unsigned threads_for(unsigned wanted) { return wanted ? wanted : std::max(1u, std::thread::hardware_concurrency()); }

void in_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    auto loop = [&] {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::jthread> pool;
    for (unsigned i = 1; i < std::min<std::size_t>(threads_for(threads), count); ++i) pool.emplace_back(loop);
    loop();
}

}
