# SPDX-License-Identifier: Apache-2.0
"""The command line: `pushmask check`, `explain`, `show`, `generate`, `pull`.

`app` holds the commands and their options; each command's work is in the module of its name.
Results go to stdout; everything else (progress, statistics, errors) to stderr.
"""
