# What gunicorn can't be told by flags of every version.
control_socket_disable = True
