#!/bin/sh
# install.sh BIN REQUIREMENTS: install the pinned, hashed packages with uv where it can be had, else with pip.
set -eu
bin=$1
requirements=$2

# uv reads neither pip's configuration nor the system's certificates by itself; a company proxy often needs both.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
if [ -n "${PIP_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"
fi

echo "Installing the packages of $requirements"
if [ -x "$bin/uv" ] && "$bin/uv" pip install -q --compile-bytecode --python "$bin/python" --require-hashes -r "$requirements"; then
    exit 0
fi
echo "Installing with pip instead; this takes a minute or two."
exec "$bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$requirements"
