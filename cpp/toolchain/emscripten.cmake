# Finds the toolchain file of whichever Emscripten is on the PATH: Debian's or emsdk's.
find_program(POOLSCOPE_EMCC emcc REQUIRED)
file(REAL_PATH "${POOLSCOPE_EMCC}" emcc_path)
get_filename_component(EMSCRIPTEN_ROOT_PATH "${emcc_path}" DIRECTORY)
include("${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake")
