/* How lexbor, as selectolax brings it, lays out its tree in memory: the parts that are
 * read here, in their order. `tree.pyx` makes sure of it before anything else is read.
 */
#ifndef WIREROOM_LEXBOR_TREE_H
#define WIREROOM_LEXBOR_TREE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *data;
    size_t length; /* in bytes of UTF-8 */
} lexbor_text;

typedef struct lexbor_node {
    void *listeners;
    uintptr_t name; /* the number of the tag */
    uintptr_t prefix, space;
    void *document;
    struct lexbor_node *next, *prev, *parent, *first, *last;
    void *user;
    int kind; /* LEXBOR_ELEMENT, LEXBOR_TEXT and so on */
} lexbor_node;

typedef struct lexbor_attribute {
    lexbor_node node; /* its name is the number of the attribute */
    uintptr_t upper, written;
    lexbor_text *value; /* NULL where it has none */
    struct lexbor_element *owner;
    struct lexbor_attribute *next, *prev;
} lexbor_attribute;

typedef struct lexbor_element {
    lexbor_node node;
    uintptr_t upper, written;
    lexbor_text *is;
    lexbor_attribute *attributes, *last_attribute;
    lexbor_attribute *identity, *classes;
} lexbor_element;

typedef struct {
    lexbor_node node;
    lexbor_text text;
} lexbor_characters;

/* A name that lexbor met first on this page; its number is this entry's address. */
typedef struct {
    union {
        const char *far;
        char near[17];
    } name; /* near up to 16 bytes */
    size_t length;
} lexbor_name;

/* Numbers of names that are lexbor's own are less; others are addresses. */
enum { LEXBOR_OWN_NAMES = 0x10000, LEXBOR_NEAR = 16 };
enum { LEXBOR_ELEMENT = 1, LEXBOR_TEXT = 3, LEXBOR_COMMENT = 8 };

#endif
