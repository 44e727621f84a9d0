#!/bin/sh
# Rebuilds what static/vendor holds from the npm packages named here. Needs node and npm; writes only beside itself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --silent \
    bootstrap@5.3.9 htmx.org@2.0.11 sass@1.108.2 @fontsource-variable/fraunces@5.3.0

{
    printf '/*!\n * Bootstrap v5.3.9 (https://getbootstrap.com/), a part of it: see endpaper.scss\n'
    printf ' * Copyright 2011-2026 The Bootstrap Authors. Licensed under MIT: see LICENSE\n */\n'
    npx sass --style=compressed --no-source-map --no-charset --quiet --load-path=node_modules/bootstrap/scss \
        "$here/bootstrap/endpaper.scss"
} > "$here/bootstrap/bootstrap.min.css"
cp node_modules/bootstrap/LICENSE "$here/bootstrap/LICENSE"

cp node_modules/htmx.org/dist/htmx.min.js node_modules/htmx.org/LICENSE "$here/htmx/"

cp node_modules/@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2 \
   node_modules/@fontsource-variable/fraunces/files/fraunces-latin-ext-wght-normal.woff2 \
   node_modules/@fontsource-variable/fraunces/LICENSE "$here/fraunces/"
