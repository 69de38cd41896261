// Runs a command and writes "CPU-SECONDS PEAK-KIB EXIT-CODE WALL-SECONDS" to the file named first. The peak of a process counts from the fork
// on, so the parent has to be a small program like this one: started from Python, no figure would be below Python's own size.

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const double start = now();
    const pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) < 0) return 2;
    const double wall = now() - start;
    FILE* out = fopen(argv[1], "w");
    if (!out) return 2;
    const double seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
#ifdef __APPLE__
    const long kib = used.ru_maxrss / 1024;
#else
    const long kib = used.ru_maxrss;
#endif
    fprintf(out, "%.6f %ld %d %.6f\n", seconds, kib, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), wall);
    return fclose(out) == 0 ? 0 : 2;
}
