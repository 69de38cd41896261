#include "analyzer/text/sha256.h"

#include <array>
#include <bit>
#include <cstdint>

namespace plimsoll {

namespace {

__extension__ typedef unsigned __int128 Wide;
using Words = std::array<std::uint32_t, 64>;

constexpr Words first_primes() {
    Words out{};
    std::size_t count = 0;
    for (std::uint32_t n = 2; count < out.size(); ++n) {
        bool prime = true;
        for (std::uint32_t d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
        if (prime) out[count++] = n;
    }
    return out;
}

// The first 32 bits of the fraction of the `power`-th root of n: the standard's constants are defined like that.
constexpr std::uint32_t root_fraction(std::uint32_t n, int power) {
    std::uint64_t low = 0, high = std::uint64_t{1} << 37;   // the root times 2^32
    while (high - low > 1) {
        std::uint64_t middle = (low + high) / 2;
        Wide a = middle, limit = n;
        // (root)^2 <= n * 2^64, (root)^3 <= n * 2^96
        bool fits = power == 2 ? a * a <= limit << 64 : a * a * a <= limit << 96;
        (fits ? low : high) = middle;
    }
    return static_cast<std::uint32_t>(low);
}

constexpr Words round_constants() {
    Words out = first_primes();
    for (std::uint32_t& word : out) word = root_fraction(word, 3);
    return out;
}

constexpr std::array<std::uint32_t, 8> initial_state() {
    std::array<std::uint32_t, 8> out{};
    Words primes = first_primes();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = root_fraction(primes[i], 2);
    return out;
}

void mix(std::array<std::uint32_t, 8>& state, const unsigned char* block) {
    static constexpr Words constants = round_constants();
    Words w;
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 | std::uint32_t{block[4 * i + 2]} << 8 | block[4 * i + 3];
    for (std::size_t i = 16; i < 64; ++i) {
        std::uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
    }
    auto s = state;
    for (std::size_t i = 0; i < 64; ++i) {
        std::uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]), majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        std::uint32_t t1 = s[7] + (std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25)) + choice + constants[i] + w[i];
        std::uint32_t t2 = (std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22)) + majority;
        s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) state[i] += s[i];
}

}

std::string sha256(std::string_view data) {
    static constexpr std::array<std::uint32_t, 8> start = initial_state();
    auto state = start;
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t whole = data.size() / 64 * 64;
    for (std::size_t i = 0; i < whole; i += 64) mix(state, bytes + i);
    std::array<unsigned char, 128> tail{};
    std::size_t rest = data.size() - whole, length = rest < 56 ? 64 : 128;
    for (std::size_t i = 0; i < rest; ++i) tail[i] = bytes[whole + i];
    tail[rest] = 0x80;
    std::uint64_t bits = std::uint64_t{data.size()} * 8;
    for (std::size_t i = 0; i < 8; ++i) tail[length - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
    for (std::size_t i = 0; i < length; i += 64) mix(state, tail.data() + i);
    std::string out;
    for (std::uint32_t word : state)
        for (int shift = 28; shift >= 0; shift -= 4) out.push_back("0123456789abcdef"[word >> shift & 15]);
    return out;
}

}
