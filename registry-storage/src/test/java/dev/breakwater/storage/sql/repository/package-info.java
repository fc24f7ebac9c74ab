@NullMarked
package dev.breakwater.storage.sql.repository;

import org.jspecify.annotations.NullMarked;
