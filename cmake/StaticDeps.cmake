# What the static preset links: Debian's .a files, and curl, fmt, spdlog and FFmpeg as built by
# scripts/build-static-deps from Debian source packages.
set(PT_STATIC_ARCH "")
if(CMAKE_CROSSCOMPILING)
    set(PT_STATIC_ARCH --arch arm64)
endif()
execute_process(COMMAND "${PROJECT_SOURCE_DIR}/scripts/build-static-deps" ${PT_STATIC_ARCH}
    OUTPUT_VARIABLE PT_STATIC_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE ".*\n" "" PT_STATIC_PREFIX "${PT_STATIC_PREFIX}")
set(PT_STATIC_PREFIX "${PT_STATIC_PREFIX}" CACHE INTERNAL "For scripts/release")
message(STATUS "Static dependencies: ${PT_STATIC_PREFIX}")

# Relative relocations packed: they are a megabyte otherwise.
add_link_options(-static-pie -Wl,--icf=safe -Wl,--pack-dyn-relocs=relr)

# pt_static_library(<target> <archives...>): an interface target over archives, found in the prefix
# first and in Debian's library directory next; every one must be there as .a.
function(pt_static_library target)
    add_library(${target} INTERFACE)
    target_include_directories(${target} SYSTEM INTERFACE "${PT_STATIC_PREFIX}/include")
    foreach(name IN LISTS ARGN)
        # Not kept in the cache: the prefix has another name once a recipe or a version changes.
        unset(archive)
        find_library(archive NAMES lib${name}.a PATHS "${PT_STATIC_PREFIX}/lib" NO_DEFAULT_PATH
            NO_CMAKE_FIND_ROOT_PATH NO_CACHE)
        find_library(archive NAMES lib${name}.a REQUIRED NO_CACHE)
        target_link_libraries(${target} INTERFACE "${archive}")
    endforeach()
endfunction()

pt_static_library(pt_fmt fmt)
pt_static_library(pt_spdlog spdlog fmt)
target_compile_definitions(pt_spdlog INTERFACE SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
pt_static_library(pt_curl curl nghttp2 cares ssl crypto z)
target_compile_definitions(pt_curl INTERFACE CURL_STATICLIB)
pt_static_library(pt_expat expat)
pt_static_library(pt_lzma lzma)
pt_static_library(pt_brotli brotlidec brotlicommon)
pt_static_library(pt_ffmpeg avfilter avformat avcodec swscale swresample avutil x264 mp3lame)
target_link_libraries(pt_ffmpeg INTERFACE m)
pt_static_library(pt_fuse fuse3)
target_link_libraries(pt_fuse INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
