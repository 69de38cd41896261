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
    const std::size_t most = count < 2 ? 1 : std::min<std::size_t>(threads_for(threads), count);   // how many processors there are is read from a file
    for (std::size_t i = 1; i < most; ++i) pool.emplace_back(loop);
    loop();
}

}
