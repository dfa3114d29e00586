"""What files and objects are called that are taken for recordings."""

SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("3gp", "aac", "ac3", "aif", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "flac"),
        *("flv", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg"),
        *("mts", "oga", "ogg", "ogv", "opus", "ra", "sph", "ts", "tta", "voc", "w64", "wav"),
        *("weba", "webm", "wma", "wmv", "wv"),
    )
)
"""What is looked for in folders and buckets; a file that is named is always tried."""
