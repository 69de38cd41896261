#include "analyzer/yaml/stream.h"

#include <algorithm>

#include "analyzer/yaml/encoding.h"
#include "analyzer/yaml/reader.h"
#include "analyzer/yaml/split.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

void TreeDeleter::operator()(Tree* tree) const { delete tree; }

Stream::Stream(const Source& source) : source_(&source) {
    Encoded text = decode(source);
    if (text.owned) decoded_ = std::move(text.owned);
    std::string_view bytes = decoded_ ? std::string_view(*decoded_) : source.text();
    Reader reader(bytes, text.facts);
    for (const Chunk& chunk : split_documents(bytes, {text.begin, static_cast<std::uint32_t>(bytes.size())})) {
        reader.read(chunk, text.bad, documents_, comments_);
    }
    if (text.wide) text.restore(bytes, documents_, comments_);
}

void Stream::release(std::size_t document) {
    documents_[document].root = Node();
    documents_[document].tree.reset();
}

}
