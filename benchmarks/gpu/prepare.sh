#!/usr/bin/env bash
# Puts together what run.sh needs on a machine that has a driver and nothing else: .NET's runtime, the script host, the module with the
# CUDA backend, NVIDIA's runtime libraries, and the writer of random models. Run it on Linux x64 with the SDK and Node.js; carry the
# folder.
#
#   benchmarks/gpu/prepare.sh [FOLDER]            FOLDER: artifacts/gpu unless given
#   BACKEND=Cuda12|Cuda13|Vulkan                  Cuda12 unless given
#   CUDA_LIBS=FOLDER                              holds libcudart, libcublas and libcublasLt of that version; without it pip fetches those
#                                                 of CUDA 12, and CUDA_LIBS=none leaves them out, for a machine that has them
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
pack=${1:-$repository/artifacts/gpu}
backend=${BACKEND:-Cuda12}
version=${backend#Cuda}

cd "$repository"
dotnet build build/StageModule.csproj -c Release "-p:Backend=$backend"
dotnet build tools/ScriptHost -c Release
dotnet build tools/RandomModel -c Release

rm -rf "$pack"
mkdir -p "$pack/artifacts/bin" "$pack/artifacts/module"
cp -r artifacts/bin/ScriptHost/release "$pack/artifacts/bin/ScriptHost"
cp -r artifacts/bin/RandomModel/release "$pack/artifacts/bin/RandomModel"
cp -r artifacts/module/PSLlmCluster "$pack/artifacts/module/"
cp benchmarks/gpu/run.sh benchmarks/gpu/*.ps1 "$pack/"

# The runtime without the SDK.
root=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$pack/dotnet/shared"
cp -r "$root/dotnet" "$root/host" "$pack/dotnet/"
cp -r "$root/shared/Microsoft.NETCore.App" "$pack/dotnet/shared/"

if [[ $backend == Cuda* && ${CUDA_LIBS:-} != none ]]; then
    target=$pack/artifacts/module/PSLlmCluster/native/linux-x64/${backend,,}
    libraries=${CUDA_LIBS:-}
    if [[ -z $libraries ]]; then
        [[ $version == 12 ]] || { echo "Say where the libraries of CUDA $version are: CUDA_LIBS=FOLDER" >&2; exit 1; }
        libraries=$(mktemp -d)
        trap 'rm -rf "$libraries"' EXIT
        python3 -m pip install --quiet --no-deps --target "$libraries" nvidia-cuda-runtime-cu12 nvidia-cublas-cu12
    fi
    for name in cudart cublas cublasLt; do
        file=$(find -L "$libraries" -name "lib$name.so.$version" | head -1)
        [[ -n $file ]] || { echo "There is no lib$name.so.$version in $libraries." >&2; exit 1; }
        cp -L "$file" "$target/"
    done
fi

du -sh "$pack"
echo "Carry $pack to the machine with the GPU, and run there: ./run.sh"
