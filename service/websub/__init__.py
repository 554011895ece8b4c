"""WebSub (https://www.w3.org/TR/websub/): the hub of our own feeds."""
