/** What keeps bytes and rows; here only what its packages share. */
@NullMarked
package dev.breakwater.storage;

import org.jspecify.annotations.NullMarked;
