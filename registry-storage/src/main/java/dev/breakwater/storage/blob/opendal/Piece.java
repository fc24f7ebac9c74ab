package dev.breakwater.storage.blob.opendal;

/**
 * Some bytes in an object, as many as fit into memory.
 *
 * @param first where they begin in it
 * @param length at least 1
 */
record Piece(String key, long first, int length) {}
