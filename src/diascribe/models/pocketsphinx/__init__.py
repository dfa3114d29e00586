"""PocketSphinx: an English recognizer and aligner small enough to come with the package.

Read in this order: `messages` (what goes over the pipes), `worker` (the child process, the
only file that imports pocketsphinx), `process` (one child), `workers` (several of them),
`recognizer`, `aligner`.
"""
