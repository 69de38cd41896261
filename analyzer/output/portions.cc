#include <algorithm>

#include "analyzer/engine/parallel.h"
#include "analyzer/output/writer.h"

namespace plimsoll::output {

void write_in_portions(const Report& report, const WriteOptions& options, std::string& out,
                       const std::function<void(std::span<const Finding>, std::string&)>& write) {
    constexpr std::size_t portion = 500;
    const std::span<const Finding> all(report.findings);
    const std::size_t count = (all.size() + portion - 1) / portion;
    const std::size_t at_once = std::min<std::size_t>(count, threads_for(options.threads));
    std::vector<std::string> texts(at_once);
    for (std::size_t from = 0; from < count; from += at_once) {
        in_parallel(std::min(at_once, count - from), options.threads, [&](std::size_t i) {
            const std::size_t begin = (from + i) * portion;
            texts[i].clear();
            write(all.subspan(begin, std::min(portion, all.size() - begin)), texts[i]);
        });
        for (std::size_t i = 0; i < std::min(at_once, count - from); ++i) {
            out += texts[i];
            if (options.drain) options.drain(out);
        }
    }
}

}
