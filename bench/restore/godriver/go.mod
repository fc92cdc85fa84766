module longshore.test/godriver

go 1.24

require go.mongodb.org/mongo-driver v1.17.10
