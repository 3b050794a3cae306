"""The web server's side towards the network: who asks, how much at once, how slowly; Django only sees whole requests."""
